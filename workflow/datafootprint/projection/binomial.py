"""Binomial regression of yearly counts on the year, with a dispersion that is never below 1."""

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: A Newton step that is not halved any more, in logits and logits per year.
SMALLEST_STEP = 1e-12


@dataclass(frozen=True)
class LogitFit:
    """``logit(share) = intercept + slope * (year - centre)``: a row of the table `ProjectionFits`.

    Without degrees of freedom the dispersion cannot be estimated and is 1.
    """

    centre: int
    intercept: float
    slope: float
    intercept_variance: float
    covariance: float
    slope_variance: float
    dispersion: float
    degrees_of_freedom: int

    def at(self, years: Any) -> tuple[Any, Any]:
        """Return the logits of `years` and their variances."""
        t = years - self.centre
        variance = self.intercept_variance + 2 * t * self.covariance + t * t * self.slope_variance
        return self.intercept + t * self.slope, np.maximum(variance, 0.0)


def fit_logit(sample: pd.DataFrame, offset: Any = 0.0) -> LogitFit:
    """Fit intercept and slope to part and whole in papers, by maximum likelihood.

    `offset` is what is known of the logit of each year beforehand.
    """
    return _maximise(sample, _design(sample), is_separated(sample), offset)


def fit_constant(sample: pd.DataFrame) -> LogitFit:
    """Fit one share for all years: the pooled one."""
    return _maximise(sample, _design(sample)[:, :1], _all_or_none(sample))


def fit_shrunk(sample: pd.DataFrame, slope_prior_sd: float, offset: Any = 0.0) -> LogitFit:
    """Fit `fit_logit` with a prior of the slope, normal around 0; the intercept has none.

    Posterior mode by Newton steps, and the curvature there as its covariance (Laplace). The
    dispersion of `fit_logit` divides the likelihood and leaves the prior alone: scattered counts
    say less, and the prior then more. `slope_prior_sd` is in logits per year.
    """
    from scipy.special import expit

    # A steep enough slope fits separated counts without any scatter.
    dispersion = 1.0 if is_separated(sample) else fit_logit(sample, offset).dispersion
    shares, wholes = _regular(sample, _all_or_none(sample))
    wholes = wholes / dispersion
    design = _design(sample)
    precision = np.diag([0.0, slope_prior_sd**-2])
    pooled = float(shares @ wholes / wholes.sum())
    coefficients = np.array([math.log(pooled / (1 - pooled)) - np.mean(offset), 0.0])

    def log_posterior(at: Array) -> float:
        logits = design @ at + offset
        fits = wholes @ (shares * logits - np.logaddexp(0.0, logits))
        return float(fits - at @ precision @ at / 2)

    def curvature(at: Array) -> Array:
        expected = expit(design @ at + offset)
        variance = wholes * expected * (1 - expected)
        return np.asarray(design.T @ (design * variance[:, None]) + precision)

    reached, before = log_posterior(coefficients), -math.inf
    while reached > before:
        scatter = wholes * (shares - expit(design @ coefficients + offset))
        gradient = design.T @ scatter - precision @ coefficients
        step = np.linalg.solve(curvature(coefficients), gradient)
        # A whole step can lead past a narrow mode, to where nothing curves any more.
        while log_posterior(coefficients + step) < reached and np.abs(step).max() > SMALLEST_STEP:
            step = step / 2
        coefficients = coefficients + step
        before, reached = reached, log_posterior(coefficients)
    return _fit(sample, coefficients, np.linalg.inv(curvature(coefficients)), dispersion)


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


def _maximise(
    sample: pd.DataFrame, design: Array, without_maximum: bool, offset: Any = 0.0
) -> LogitFit:
    """Fit by maximum likelihood, with Pearson's dispersion.

    The dispersion is computed here: with ``scale="X2"`` and counts as the response, statsmodels
    divides by the number of papers once too often.
    """
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    shares, wholes = _regular(sample, without_maximum)
    # With as many coefficients as years, or shares on the curve, statsmodels warns of a perfect fit
    # and divides by zero for a scale that a binomial fit does not use.
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        known = np.broadcast_to(np.asarray(offset, dtype=float), shares.shape)
        result = GLM(shares, design, family=Binomial(), var_weights=wholes, offset=known).fit()
        free = len(sample) - design.shape[1]
        dispersion = max(1.0, float(result.pearson_chi2) / free) if free > 0 else 1.0
    return _fit(sample, result.params, result.cov_params() * dispersion, dispersion)


def _regular(sample: pd.DataFrame, without_maximum: bool) -> tuple[Array, Array]:
    """Return shares and wholes; half a paper of each kind more gives any likelihood a maximum."""
    extra = 0.5 if without_maximum else 0.0  # Jeffreys' prior
    wholes = np.asarray(sample["whole"]) + 2 * extra
    return (np.asarray(sample["part"]) + extra) / wholes, wholes


def _design(sample: pd.DataFrame) -> Array:
    years = np.asarray(sample.index, dtype=float)
    return np.column_stack([np.ones(len(years)), years - years[0]])


def _fit(sample: pd.DataFrame, coefficients: Array, covariance: Any, dispersion: float) -> LogitFit:
    """Arrange a fit; without a slope it is 0."""
    absent = 2 - len(coefficients)
    intercept, slope = np.pad(coefficients, (0, absent)).tolist()
    (intercept_variance, cross), (_, slope_variance) = np.pad(covariance, (0, absent)).tolist()
    return LogitFit(
        int(sample.index[0]),
        intercept,
        slope,
        intercept_variance,
        cross,
        slope_variance,
        dispersion,
        max(0, len(sample) - len(coefficients)),
    )
