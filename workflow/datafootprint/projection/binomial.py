"""Binomial regression of yearly counts on the year, with a dispersion that is never below 1."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
    result is the posterior mode and the curvature there (Laplace). Pearson's dispersion, of the fit
    without prior, divides the likelihood: scattered counts say less, and the prior then more.
    `offset` is what is known of the logit of each year beforehand.
    """
    from scipy.special import expit

    separated = is_separated(sample)
    has_no_maximum = separated if slope_prior_sd == math.inf else _all_or_none(sample)
    # Half a paper of each kind more (Jeffreys' prior) gives any likelihood a maximum.
    extra = 0.5 if has_no_maximum else 0.0
    wholes = sample["whole"].to_numpy() + 2 * extra
    shares = (sample["part"].to_numpy() + extra) / wholes
    offset = np.broadcast_to(np.asarray(offset, dtype=float), shares.shape)
    first_year = int(sample.index[0])
    design = _design(sample.index, first_year, 1 if slope_prior_sd == 0 else 2)
    if slope_prior_sd in (0, math.inf):
        coefficients, covariance = _mode(shares, wholes, design, 0.0, offset)
        expected = expit(design @ coefficients + offset)
        variances = np.maximum(expected * (1 - expected), 1e-12)
        squares = wholes * (shares - expected) ** 2 / variances
        free = len(shares) - len(coefficients)
        dispersion = max(1.0, float(squares.sum()) / free) if free > 0 else 1.0
        return LogitFit(first_year, coefficients, covariance * dispersion, dispersion)
    # A steep enough slope fits separated counts without any scatter.
    dispersion = 1.0 if separated else fit_logit(sample, offset=offset).dispersion
    fit = _mode(shares, wholes / dispersion, design, slope_prior_sd**-2, offset)
    return LogitFit(first_year, *fit, dispersion)


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


def _mode(
    shares: Array, wholes: Array, design: Array, slope_precision: float, offset: Array
) -> tuple[Array, Array]:
    """Return the mode of the posterior, and the inverse of its curvature there."""
    from scipy.optimize import minimize
    from scipy.special import expit, logit

    prior = np.diag([0.0, slope_precision][: design.shape[1]])
    papers = wholes.sum()

    def loss(at: Array) -> Any:
        logits = design @ at + offset
        likelihood = wholes @ (shares * logits - np.logaddexp(0, logits))
        return (at @ prior @ at / 2 - likelihood) / papers

    def gradient(at: Array) -> Any:
        residuals = shares - expit(design @ at + offset)
        return (prior @ at - design.T @ (wholes * residuals)) / papers

    def curvature(at: Array) -> Any:
        expected = expit(design @ at + offset)
        variance = wholes * expected * (1 - expected)
        return (design.T @ (design * variance[:, None]) + prior) / papers

    start, method = np.zeros(design.shape[1]), "trust-exact"
    start[0] = logit(shares @ wholes / papers) - offset.mean()
    found = minimize(loss, start, method=method, jac=gradient, hess=curvature, tol=1e-10).x
    covariance: Any = np.linalg.inv(curvature(found) * papers)
    # A last step of Newton, where the loss has no digits left to compare.
    return found - covariance @ gradient(found) * papers, covariance
