"""The models that continue a yearly share, each with confidence and prediction bounds.

`ols`       straight line through the shares, ordinary least squares
`wls`       the same line, each share weighted by its number of papers
`logit`     binomial regression of the counts on the year
`constant`  one share for all years, pooled over the papers
`last`      the last observed share, with the steps between years as its spread
`bayes`     `logit` with its slope shrunk towards zero by a normal prior
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtri
from statsmodels.regression.linear_model import WLS

from datafootprint.errors import DatafootprintError
from datafootprint.projection.binomial import LogitFit, fit_constant, fit_logit, fit_shrunk
from datafootprint.projection.shares import Sample

#: Fewest observed years of each model: what its spread needs.
MINIMUM_YEARS = {"ols": 3, "wls": 3, "logit": 2, "constant": 1, "last": 1, "bayes": 1}
MODELS = tuple(MINIMUM_YEARS)
#: Coverage of the bounds.
CONFIDENCE = 0.95
#: The bounds of a normal distribution, in standard deviations.
REACH = float(ndtri(0.5 + CONFIDENCE / 2))


@dataclass(frozen=True)
class Prediction:
    """A share with the bounds of the trend (`mean_`) and of one new year."""

    mean: float
    mean_low: float
    mean_high: float
    low: float
    high: float

    def cut(self) -> "Prediction":
        """Return the same, cut at 0 and 1."""
        return Prediction(*(min(max(value, 0.0), 1.0) for value in vars(self).values()))


#: Year and number of papers of that year to the prediction for it.
Trend = Callable[[int, float], Prediction]


def fit_trend(model: str, sample: Sample, slope_prior_sd: float) -> Trend:
    """Fit `model` to the yearly counts.

    Parameters
    ----------
    model : str
        One of `MODELS`.
    sample : Sample
        The observed years.
    slope_prior_sd : float
        Standard deviation of the prior of the slope of `bayes`, in logits a year.

    Returns
    -------
    callable
        Takes a year and its number of papers (the denominator of the share).

    Raises
    ------
    DatafootprintError
        If fewer years are observed than the model needs.
    """
    if len(sample.years) < MINIMUM_YEARS[model]:
        fewer = [name for name, least in MINIMUM_YEARS.items() if least <= len(sample.years)]
        raise DatafootprintError(
            f"usage counts: {len(sample.years)} observed years, but projection.model {model} "
            f"needs at least {MINIMUM_YEARS[model]}; add years to usage.counts or choose "
            f"{', '.join(fewer)}."
        )
    if model in ("ols", "wls"):
        return _line(sample, weighted=model == "wls")
    if model == "last":
        return _last(sample)
    fits: Mapping[str, Callable[[], LogitFit]] = {
        "logit": lambda: fit_logit(sample),
        "constant": lambda: fit_constant(sample),
        "bayes": lambda: fit_shrunk(sample, slope_prior_sd),
    }
    return _binomial(fits[model]())


def _line(sample: Sample, weighted: bool) -> Trend:
    """Fit ``share = a + b * year``; bounds from `statsmodels` `get_prediction`.

    The variance of a share of `whole` papers goes with 1 / whole, hence the weights.
    """
    centre = float(np.mean(sample.years))
    design = np.column_stack([np.ones(len(sample.years)), np.asarray(sample.years) - centre])
    weights = np.asarray(sample.wholes) if weighted else np.ones(len(sample.years))
    result = WLS(np.asarray(sample.shares), design, weights=weights).fit()

    def predict(year: int, whole: float) -> Prediction:
        weight = np.array([max(whole, 1.0) if weighted else 1.0])
        frame = result.get_prediction(np.array([[1.0, year - centre]]), weights=weight)
        (mean_low, mean_high), (low, high) = (
            frame.conf_int(alpha=1 - CONFIDENCE, obs=obs)[0].tolist() for obs in (False, True)
        )
        return Prediction(float(frame.predicted_mean[0]), mean_low, mean_high, low, high)

    return predict


def _binomial(fit: LogitFit) -> Trend:
    """Bounds on the logit scale, from the covariance of the fit and the binomial spread."""

    def predict(year: int, whole: float) -> Prediction:
        value, variance = fit.at(year)
        return _on_logit_scale(value, variance, whole, fit.dispersion)

    return predict


def _last(sample: Sample) -> Trend:
    """Carry the last share before a year forward as a random walk of the logits.

    The variance of a step of one year is the mean square of the observed steps, a year, less what
    the sampling of the papers adds to it, at least 0. Years before the first have its share.
    """
    logits = []
    variances = []
    for part, whole in zip(sample.parts, sample.wholes, strict=True):
        share = (part + 0.5) / (whole + 1)
        logits.append(float(logit(share)))
        variances.append(1 / (whole * share * (1 - share)))
    steps = np.diff(logits)
    noise = np.asarray(variances[1:]) + np.asarray(variances[:-1])
    a_year = (steps**2 - noise) / np.diff(sample.years)
    step_variance = max(0.0, float(np.mean(a_year))) if len(steps) else 0.0

    def predict(year: int, whole: float) -> Prediction:
        at = max(bisect_right(sample.years, year) - 1, 0)
        share = sample.shares[at]
        variance = variances[at] + step_variance * abs(year - sample.years[at])
        bounds = _on_logit_scale(logits[at], variance, whole, 1.0)
        return Prediction(
            share,
            min(bounds.mean_low, share),
            max(bounds.mean_high, share),
            min(bounds.low, share),
            max(bounds.high, share),
        )

    return predict


def _on_logit_scale(value: float, variance: float, whole: float, dispersion: float) -> Prediction:
    share = float(expit(value))
    sampling = dispersion / max(whole * share * (1 - share), 1e-12)
    narrow, wide = REACH * math.sqrt(variance), REACH * math.sqrt(variance + sampling)
    bounds = (value - narrow, value + narrow, value - wide, value + wide)
    return Prediction(share, *(float(expit(bound)) for bound in bounds))
