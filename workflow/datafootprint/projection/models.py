"""The models that continue a yearly share, each with confidence and prediction bounds.

The configuration, the tables and the figures take the models from `MODELS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.projection.binomial import LogitFit, fit_constant, fit_logit, fit_shrunk
from datafootprint.projection.strata import Proxy

#: Coverage of the bounds.
CONFIDENCE = 0.95

#: Takes years and their papers (the denominator of the share). Returns a row per year: mean,
#: mean_low and mean_high (bounds of the trend), low and high (bounds of one new year).
Trend = Callable[[Any, Any], pd.DataFrame]


@dataclass(frozen=True)
class Model:
    """A way to continue a yearly share."""

    title: str  # the model in a few words
    minimum_years: int  # fewest observed years that its bounds need
    #: Takes a sample (part and whole in papers, by year), the standard deviation of the prior of
    #: the slope in logits per year, and the proxy of the share, if it has one.
    fit: Callable[[pd.DataFrame, float, Any], Trend]
    needs_proxy: bool = False
    #: Fewest observed years from which the uncertainty averages over it; None: a line can leave
    #: [0, 1].
    averaged_from: int | None = 1


def fits(name: str, years: int, has_proxies: bool) -> bool:
    """Tell whether a model has what it needs: so many observed years, and proxies."""
    model = MODELS[name]
    return years >= model.minimum_years and (has_proxies or not model.needs_proxy)


def fit_trend(
    name: str, sample: pd.DataFrame, slope_prior_sd: float, proxy: Proxy | None = None
) -> Trend:
    """Fit the model called `name` to a sample that has the years it needs."""
    model = MODELS[name]
    if len(sample) < model.minimum_years:
        others = [other for other in MODELS if MODELS[other].minimum_years <= len(sample)]
        raise DatafootprintError(
            f"usage counts: {len(sample)} observed years, but projection.model {name} needs at "
            f"least {model.minimum_years}; add years to usage.counts or choose "
            f"{', '.join(others)}."
        )
    if model.needs_proxy and proxy is None:
        raise DatafootprintError(
            f"projection.model is {name}, but no abstracts are sorted by stratum for all years of "
            "the estimate; give projection.abstracts and stratum_counts, or choose another model."
        )
    return model.fit(sample, slope_prior_sd, proxy)


def _line(sample: pd.DataFrame, weight: Callable[[Any], Any]) -> Trend:
    """Fit ``share = a + b * year``; the variance of a share goes with 1 / weight of its papers."""
    from statsmodels.regression.linear_model import WLS

    centre = float(np.mean(sample.index))

    def design(years: Any) -> Any:
        return np.column_stack([np.ones(len(years)), np.asarray(years) - centre])

    shares, wholes = sample["part"] / sample["whole"], np.asarray(sample["whole"])
    result = WLS(np.asarray(shares), design(sample.index), weights=weight(wholes)).fit()

    def predict(years: Any, wholes: Any) -> pd.DataFrame:
        prediction = result.get_prediction(design(years))
        # `get_prediction` refuses weights of two rows.
        prediction.var_resid = result.scale / weight(np.asarray(wholes))
        bounds: pd.DataFrame = prediction.summary_frame(alpha=1 - CONFIDENCE)
        bounds = bounds.drop(columns="mean_se")
        bounds.columns = ["mean", "mean_low", "mean_high", "low", "high"]
        return bounds.set_axis(pd.Index(years, name="year"))

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
        bounds = _logit_bounds(years, logits[at], variance, wholes, 1.0)
        # The bounds are around the smoothed share; the share itself is within them.
        lows, highs = ["mean_low", "low"], ["mean_high", "high"]
        bounds["mean"] = shares[at]
        bounds[lows] = bounds[lows].clip(upper=bounds["mean"], axis=0)
        bounds[highs] = bounds[highs].clip(lower=bounds["mean"], axis=0)
        return bounds

    return predict


def _along_proxy(sample: pd.DataFrame, slope_prior_sd: float, proxy: Proxy) -> Trend:
    """Continue the difference of the share to its proxy, with a slope shrunk towards zero."""
    fit = fit_shrunk(sample, slope_prior_sd, proxy.logit.loc[sample.index].to_numpy())

    def predict(years: Any, wholes: Any) -> pd.DataFrame:
        years = pd.Index(years)
        value, variance = fit.at(years.to_numpy())
        value = value + proxy.logit.loc[years].to_numpy()
        variance = variance + proxy.variance(years, sample.index).to_numpy()
        return _logit_bounds(years, value, variance, wholes, fit.dispersion)

    return predict


def _on_logit_scale(fit: LogitFit) -> Trend:
    """Bound by the covariance of the fit and the binomial spread."""

    def predict(years: Any, wholes: Any) -> pd.DataFrame:
        return _logit_bounds(years, *fit.at(np.asarray(years)), wholes, fit.dispersion)

    return predict


def _logit_bounds(
    years: Any, value: Any, variance: Any, wholes: Any, dispersion: float
) -> pd.DataFrame:
    from scipy.special import expit, ndtri

    share = expit(value)
    sampling = dispersion / np.maximum(np.asarray(wholes) * share * (1 - share), 1e-12)
    reach = ndtri(0.5 + CONFIDENCE / 2)
    narrow, wide = reach * np.sqrt(variance), reach * np.sqrt(variance + sampling)
    return pd.DataFrame(
        {
            "mean": share,
            "mean_low": expit(value - narrow),
            "mean_high": expit(value + narrow),
            "low": expit(value - wide),
            "high": expit(value + wide),
        },
        index=pd.Index(years, name="year"),
    )


#: By name, in the order in which they are shown. A new model is one more entry.
MODELS = {
    "ols": Model(
        "straight line through the shares, ordinary least squares",
        minimum_years=3,
        fit=lambda sample, *_: _line(sample, np.ones_like),
        averaged_from=None,
    ),
    "wls": Model(
        "the same line, each share weighted by its number of papers",
        minimum_years=3,
        fit=lambda sample, *_: _line(sample, lambda papers: np.maximum(papers, 1.0)),
        averaged_from=None,
    ),
    "logit": Model(
        "binomial regression of the counts on the year",
        minimum_years=2,
        fit=lambda sample, *_: _on_logit_scale(fit_logit(sample)),
        averaged_from=4,
    ),
    "constant": Model(
        "one share for all years, pooled over the papers",
        minimum_years=1,
        fit=lambda sample, *_: _on_logit_scale(fit_constant(sample)),
    ),
    "last": Model(
        "the last observed share, with the steps between years as its spread",
        minimum_years=1,
        fit=lambda sample, *_: _last(sample),
    ),
    "bayes": Model(
        "the binomial regression, its slope shrunk towards zero by a normal prior",
        minimum_years=1,
        fit=lambda sample, slope_prior_sd, _: _on_logit_scale(fit_shrunk(sample, slope_prior_sd)),
    ),
    "strata": Model(
        "the same regression along what titles and abstracts say about each year",
        minimum_years=1,
        fit=_along_proxy,
        needs_proxy=True,
    ),
}
