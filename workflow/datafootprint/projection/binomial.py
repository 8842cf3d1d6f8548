"""Binomial regression of yearly counts on the year, with a dispersion that is never below 1."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: The last Newton step, in logits and logits per year, and what rounding does to a likelihood.
SMALLEST_STEP, ROUNDING = 1e-10, 1e-6
#: A share of a billionth.
LARGEST_LOGIT = 21.0


@dataclass(frozen=True)
class LogitFit:
    """``logit(share) = intercept + slope * (year - first_year)``."""

    first_year: int
    coefficients: Array  # intercept and slope, or the intercept alone
    covariance: Array
    dispersion: float

    def at(self, years: Any) -> tuple[Any, Any]:
        """Return the logits of `years` and their variances."""
        design = _design(years, self.first_year, len(self.coefficients))
        return design @ self.coefficients, ((design @ self.covariance) * design).sum(axis=1)


def fit_logit(
    sample: pd.DataFrame, slope_prior_sd: float = math.inf, offset: Any = 0.0
) -> LogitFit:
    """Fit intercept and slope to part and whole in papers.

    The slope has a normal prior around 0, in logits per year; without one (infinite) it is that of
    the maximum likelihood, and with a standard deviation of 0 there is none: the pooled share. The
    intercept has no prior. The result is the posterior mode and the curvature there (Laplace).
    Pearson's dispersion, of the fit without prior, divides the likelihood and leaves the prior
    alone: scattered counts say less, and the prior then more. Without degrees of freedom it is 1.

    `offset` is what is known of the logit of each year beforehand.
    """
    is_shrunk = 0 < slope_prior_sd < math.inf
    separated = is_separated(sample)
    has_no_maximum = separated if slope_prior_sd == math.inf else _all_or_none(sample)
    # Half a paper of each kind more (Jeffreys' prior) gives any likelihood a maximum.
    extra = 0.5 if has_no_maximum else 0.0
    wholes = sample["whole"].to_numpy() + 2 * extra
    shares = (sample["part"].to_numpy() + extra) / wholes
    first_year = int(sample.index[0])
    design = _design(sample.index, first_year, 1 if slope_prior_sd == 0 else 2)
    precision = np.diag([0.0, slope_prior_sd**-2 if is_shrunk else 0.0][: design.shape[1]])
    dispersion = 1.0
    # A steep enough slope fits separated counts without any scatter.
    if is_shrunk and not separated:
        dispersion = fit_logit(sample, offset=offset).dispersion
    coefficients, curvature = _mode(shares, wholes / dispersion, design, precision, offset)
    covariance: Any = np.linalg.inv(curvature)
    free = len(sample) - len(coefficients)
    if not is_shrunk and free > 0:
        expected = _shares(design @ coefficients + offset)
        scatter = wholes * (shares - expected) ** 2 / (expected * (1 - expected))
        dispersion = max(1.0, float(scatter.sum()) / free)
        covariance = covariance * dispersion
    return LogitFit(first_year, coefficients, covariance, dispersion)


def is_separated(sample: pd.DataFrame) -> bool:
    """Return whether a year parts the papers that count from the others.

    The likelihood of a slope then has no maximum: the steeper, the better (Albert and Anderson,
    1984).
    """
    if _all_or_none(sample):
        return True
    counting = sample.index[sample["part"] > 0]
    others = sample.index[sample["part"] < sample["whole"]]
    return bool(counting.max() <= others.min() or others.max() <= counting.min())


def _all_or_none(sample: pd.DataFrame) -> bool:
    return sample["part"].sum() in (0, sample["whole"].sum())


def _design(years: Any, first_year: int, columns: int) -> Array:
    return np.vander(np.asarray(years, dtype=float) - first_year, columns, increasing=True)


def _shares(logits: Array) -> Array:
    """Return shares that are neither 0 nor 1, so that each year has some curvature."""
    shares: Array = 1 / (1 + np.exp(-np.clip(logits, -LARGEST_LOGIT, LARGEST_LOGIT)))
    return shares


def _mode(
    shares: Array, wholes: Array, design: Array, precision: Array, offset: Any
) -> tuple[Array, Array]:
    """Return the posterior mode, by Newton steps, and the curvature there."""
    pooled = shares @ wholes / wholes.sum()
    at = np.zeros(design.shape[1])
    at[0] = math.log(pooled / (1 - pooled)) - np.mean(offset)

    def log_posterior(at: Array) -> float:
        logits = design @ at + offset
        fits = wholes @ (shares * logits - np.logaddexp(0.0, logits))
        return float(fits - at @ precision @ at / 2)

    while True:
        expected = _shares(design @ at + offset)
        variance = wholes * expected * (1 - expected)
        curvature = design.T @ (design * variance[:, None]) + precision
        gradient = design.T @ (wholes * (shares - expected)) - precision @ at
        step = np.linalg.solve(curvature, gradient)
        # A whole step can lead past a narrow mode, to where nothing curves any more.
        while log_posterior(at + step) < log_posterior(at) - ROUNDING:
            step = step / 2
        at = at + step
        if not np.abs(step).max() > SMALLEST_STEP:
            return at, curvature
