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
#: By share.
Proxies = Mapping[str, Proxy]


def predict(
    name: str,
    sample: pd.DataFrame,
    years: Any,
    wholes: Any,
    slope_prior_sd: float,
    proxy: Proxy | None = None,
) -> pd.DataFrame:
    """Fit the model called `name` to a sample (part and whole in papers, by year), and continue it.

    `wholes` are the papers of `years`, of which a share is sought. The prior of the slope has a
    standard deviation in logits per year. Returns a row of `COLUMNS` per year.
    """
    if not can_be_fitted(name, len(sample), proxy):
        raise DatafootprintError(
            f"projection.model is {name}, which needs {FEWEST_YEARS.get(name, 1)} observed years "
            f"(usage.counts has {len(sample)}), and strata the abstracts of all years by stratum "
            "(projection.abstracts and stratum_counts); choose another one, such as bayes."
        )
    bounds = MODELS[name](sample, np.asarray(years), np.asarray(wholes), slope_prior_sd, proxy)
    return pd.DataFrame(np.asarray(bounds), pd.Index(years, name="year"), COLUMNS)


def can_be_fitted(name: str, years: int, proxies: Any) -> bool:
    """Tell whether a model has the observed years that its bounds need, and its proxies."""
    return years >= FEWEST_YEARS.get(name, 1) and (name != "strata" or bool(proxies))


def _line(weight: Callable[[Any], Any], sample: pd.DataFrame, years: Any, wholes: Any) -> Any:
    """Fit ``share = a + b * year``; the variance of a share goes with 1 / weight of its papers."""
    from statsmodels.regression.linear_model import WLS

    def design(years: Any) -> Any:
        return np.vander(years - float(np.mean(sample.index)), 2, increasing=True)

    shares, weights = sample["part"] / sample["whole"], weight(sample["whole"].to_numpy())
    result = WLS(shares.to_numpy(), design(sample.index.to_numpy()), weights=weights).fit()
    prediction = result.get_prediction(design(years))
    # `get_prediction` refuses weights of two rows.
    prediction.var_resid = result.scale / weight(wholes)
    return prediction.summary_frame(alpha=0.05).drop(columns="mean_se")


def _last(sample: pd.DataFrame, years: Any, wholes: Any, *_: Any) -> Any:
    """Carry the last share before a year forward as a random walk of the logits.

    The variance of a step of one year is the mean square of the observed steps per year, less what
    the sampling of the papers adds to it, at least 0. Years before the first have its share.
    """
    from scipy.special import logit

    observed, parts, papers = (
        np.asarray(column) for column in (sample.index, sample["part"], sample["whole"])
    )
    smoothed = (parts + 0.5) / (papers + 1)
    logits, variances = logit(smoothed), 1 / (papers * smoothed * (1 - smoothed))
    squares = (np.diff(logits) ** 2 - variances[1:] - variances[:-1]) / np.diff(observed)
    step_variance = max(0.0, float(squares.mean())) if len(squares) else 0.0
    at = np.maximum(np.searchsorted(observed, years, side="right") - 1, 0)
    variance = variances[at] + step_variance * np.abs(years - observed[at])
    bounds = _logit_bounds(logits[at], variance, wholes)
    # The bounds are around the smoothed share; the share itself is within them.
    bounds[:, 0] = (parts / papers)[at]
    bounds[:, [1, 3]] = np.minimum(bounds[:, [1, 3]], bounds[:, :1])
    bounds[:, [2, 4]] = np.maximum(bounds[:, [2, 4]], bounds[:, :1])
    return bounds


def _logit(
    sample: pd.DataFrame, years: Any, wholes: Any, slope_prior_sd: float, proxy: Proxy | None = None
) -> Any:
    """Continue the share, or its difference to a proxy, by `fit_logit`."""
    offset = 0.0 if proxy is None else proxy.logit.loc[sample.index].to_numpy()
    fit = fit_logit(sample, slope_prior_sd, offset)
    value, variance = fit.at(years)
    if proxy is not None:
        value = value + proxy.logit.loc[years].to_numpy()
        variance = variance + proxy.variance(years, sample.index)
    return _logit_bounds(value, variance, wholes, fit.dispersion)


def _logit_bounds(value: Any, variance: Any, wholes: Any, dispersion: float = 1.0) -> Any:
    """Bound by the variance of the logit, and that of a binomial count."""
    from scipy.special import expit

    share = expit(value)
    new = dispersion / np.maximum(wholes * share * (1 - share), 1e-12)
    trend, year = Z_95 * np.sqrt(variance), Z_95 * np.sqrt(variance + new)
    ends = (value, value - trend, value + trend, value - year, value + year)
    return expit(np.stack(ends, axis=1))


#: By name, in the order in which they are shown. A new model is one more entry.
MODELS: dict[str, Callable[..., Any]] = {
    # A straight line through the shares, by ordinary least squares, as in the paper.
    "ols": lambda *given: _line(np.ones_like, *given[:3]),
    # The same line, each share weighted by its number of papers.
    "wls": lambda *given: _line(lambda papers: np.maximum(papers, 1.0), *given[:3]),
    # Binomial regression of the counts on the year.
    "logit": lambda sample, years, wholes, *_: _logit(sample, years, wholes, np.inf),
    # One share for all years, pooled over the papers.
    "constant": lambda sample, years, wholes, *_: _logit(sample, years, wholes, 0.0),
    # The last observed share, with the steps between years as its spread.
    "last": _last,
    # The binomial regression, its slope shrunk towards zero by a normal prior.
    "bayes": lambda *given: _logit(*given[:4]),
    # The same regression along what titles and abstracts say about each year.
    "strata": _logit,
}
#: Models that the uncertainty averages over, from so many observed years on. A line, which can
#: leave [0, 1], is none.
AVERAGED_FROM = {"logit": 4, "constant": 1, "last": 1, "bayes": 1, "strata": 1}
