"""The models that continue a yearly share, each with confidence and prediction bounds."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.projection import FEWEST_YEARS
from datafootprint.projection.binomial import fit_logit
from datafootprint.projection.strata import Proxy
from datafootprint.usage.correction import Z_95

#: The mean, bounds of the trend, and bounds of one new year.
COLUMNS = ["mean", "mean_low", "mean_high", "low", "high"]
#: Takes years and their papers (the denominator of the share). Returns a row of `COLUMNS` per year.
Trend = Callable[[Any, Any], pd.DataFrame]
#: By share.
Proxies = Mapping[str, Proxy]


def fit_trend(
    name: str, sample: pd.DataFrame, slope_prior_sd: float, proxy: Proxy | None = None
) -> Trend:
    """Fit the model called `name` to a sample (part and whole in papers, by year).

    The prior of the slope has a standard deviation in logits per year.
    """
    years = len(sample)
    if years < FEWEST_YEARS.get(name, 1):
        others = [other for other in MODELS if can_be_fitted(other, years, proxy)]
        raise DatafootprintError(
            f"usage counts: {years} observed years, but projection.model {name} needs at least "
            f"{FEWEST_YEARS[name]}; add years to usage.counts or choose {', '.join(others)}."
        )
    if not can_be_fitted(name, years, proxy):
        raise DatafootprintError(
            f"projection.model is {name}, but no abstracts are sorted by stratum for all years of "
            "the estimate; give projection.abstracts and stratum_counts, or choose another model."
        )
    return MODELS[name](sample, slope_prior_sd, proxy)


def can_be_fitted(name: str, years: int, proxies: Any) -> bool:
    """Tell whether a model has the observed years that its bounds need, and its proxies."""
    return years >= FEWEST_YEARS.get(name, 1) and (name != "strata" or bool(proxies))


def _line(sample: pd.DataFrame, weight: Callable[[Any], Any]) -> Trend:
    """Fit ``share = a + b * year``; the variance of a share goes with 1 / weight of its papers."""
    from statsmodels.regression.linear_model import WLS

    centre = float(np.mean(sample.index))

    def design(years: Any) -> Any:
        return np.vander(np.asarray(years) - centre, 2, increasing=True)

    shares, wholes = sample["part"] / sample["whole"], sample["whole"].to_numpy()
    result = WLS(shares.to_numpy(), design(sample.index), weights=weight(wholes)).fit()

    def predict(years: Any, wholes: Any) -> pd.DataFrame:
        prediction = result.get_prediction(design(years))
        # `get_prediction` refuses weights of two rows.
        prediction.var_resid = result.scale / weight(np.asarray(wholes))
        bounds: pd.DataFrame = prediction.summary_frame(alpha=0.05).drop(columns="mean_se")
        return bounds.set_axis(COLUMNS, axis=1).set_axis(pd.Index(years, name="year"))

    return predict


def _last(sample: pd.DataFrame) -> Trend:
    """Carry the last share before a year forward as a random walk of the logits.

    The variance of a step of one year is the mean square of the observed steps per year, less what
    the sampling of the papers adds to it, at least 0. Years before the first have its share.
    """
    from scipy.special import logit

    observed, shares = np.asarray(sample.index), np.asarray(sample["part"] / sample["whole"])
    smoothed = np.asarray((sample["part"] + 0.5) / (sample["whole"] + 1))
    logits = logit(smoothed)
    variances = 1 / (np.asarray(sample["whole"]) * smoothed * (1 - smoothed))
    squares = (np.diff(logits) ** 2 - variances[1:] - variances[:-1]) / np.diff(observed)
    step_variance = max(0.0, float(squares.mean())) if len(squares) else 0.0

    def predict(years: Any, wholes: Any) -> pd.DataFrame:
        years = np.asarray(years)
        at = np.maximum(np.searchsorted(observed, years, side="right") - 1, 0)
        variance = variances[at] + step_variance * np.abs(years - observed[at])
        bounds = _logit_bounds(years, logits[at], variance, wholes).assign(mean=shares[at])
        # The bounds are around the smoothed share; the share itself is within them.
        for low, high in (("mean_low", "mean_high"), ("low", "high")):
            bounds[low] = bounds[low].clip(upper=bounds["mean"])
            bounds[high] = bounds[high].clip(lower=bounds["mean"])
        return bounds

    return predict


def _logit(sample: pd.DataFrame, slope_prior_sd: float, proxy: Proxy | None = None) -> Trend:
    """Continue the share, or its difference to a proxy, by `fit_logit`."""
    offset = 0.0 if proxy is None else proxy.logit.loc[sample.index].to_numpy()
    fit = fit_logit(sample, slope_prior_sd, offset)

    def predict(years: Any, wholes: Any) -> pd.DataFrame:
        value, variance = fit.at(years)
        if proxy is not None:
            value = value + proxy.logit.loc[years].to_numpy()
            variance = variance + proxy.variance(pd.Index(years), sample.index)
        return _logit_bounds(years, value, variance, wholes, fit.dispersion)

    return predict


def _logit_bounds(
    years: Any, value: Any, variance: Any, wholes: Any, dispersion: float = 1.0
) -> pd.DataFrame:
    """Bound by the variance of the logit, and that of a binomial count."""
    from scipy.special import expit

    share = expit(value)
    new = dispersion / np.maximum(np.asarray(wholes) * share * (1 - share), 1e-12)
    trend, year = Z_95 * np.sqrt(variance), Z_95 * np.sqrt(variance + new)
    ends = (value, value - trend, value + trend, value - year, value + year)
    return pd.DataFrame(expit(np.stack(ends, 1)), pd.Index(years, name="year"), COLUMNS)


#: By name, in the order in which they are shown. A new model is one more entry.
MODELS: dict[str, Callable[[pd.DataFrame, float, Proxy | None], Trend]] = {
    # A straight line through the shares, by ordinary least squares, as in the paper.
    "ols": lambda sample, *_: _line(sample, np.ones_like),
    # The same line, each share weighted by its number of papers.
    "wls": lambda sample, *_: _line(sample, lambda papers: np.maximum(papers, 1.0)),
    # Binomial regression of the counts on the year.
    "logit": lambda sample, *_: _logit(sample, np.inf),
    # One share for all years, pooled over the papers.
    "constant": lambda sample, *_: _logit(sample, 0.0),
    # The last observed share, with the steps between years as its spread.
    "last": lambda sample, *_: _last(sample),
    # The binomial regression, its slope shrunk towards zero by a normal prior.
    "bayes": lambda sample, slope_prior_sd, _: _logit(sample, slope_prior_sd),
    # The same regression along what titles and abstracts say about each year.
    "strata": _logit,
}
#: Models that the uncertainty averages over, from so many observed years on. A line, which can
#: leave [0, 1], is none.
AVERAGED_FROM = {"logit": 4, "constant": 1, "last": 1, "bayes": 1, "strata": 1}
