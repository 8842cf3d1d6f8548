"""Binomial regression of yearly counts on the year, with a dispersion that is never below 1."""

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from datafootprint.projection.shares import Sample

Array = NDArray[np.float64]
#: A Newton step that is not halved any more, in logits and logits a year.
SMALLEST_STEP = 1e-12


@dataclass(frozen=True)
class LogitFit:
    """``logit(share) = intercept + slope * (year - centre)``.

    Attributes
    ----------
    centre : int
        Year at which the intercept holds.
    intercept, slope : float
        In logits and logits a year.
    intercept_variance, covariance, slope_variance : float
        Of the two coefficients, the dispersion included.
    dispersion : float
        Pearson chi-square over the residual degrees of freedom, at least 1.
    degrees_of_freedom : int
        Residual ones; 0 where the dispersion cannot be estimated and is 1.
    """

    centre: int
    intercept: float
    slope: float
    intercept_variance: float
    covariance: float
    slope_variance: float
    dispersion: float
    degrees_of_freedom: int

    def at(self, year: int) -> tuple[float, float]:
        """Return the logit of `year` and its variance."""
        t = year - self.centre
        variance = self.intercept_variance + 2 * t * self.covariance + t * t * self.slope_variance
        return self.intercept + t * self.slope, max(variance, 0.0)


def fit_logit(sample: Sample) -> LogitFit:
    """Fit intercept and slope by maximum likelihood.

    The dispersion is taken from Pearson's chi-square by hand: with ``scale="X2"`` and counts as the
    response, `statsmodels` divides by the number of papers once too often.
    """
    shares, wholes = _regular(sample, is_separated(sample))
    result = _maximise(shares, _design(sample), wholes)
    dispersion = _dispersion(result, sample)
    return _fit(sample, result.params, result.cov_params() * dispersion, dispersion)


def fit_constant(sample: Sample) -> LogitFit:
    """Fit one share for all years: the pooled one."""
    shares, wholes = _regular(sample, _all_or_none(sample))
    design = np.ones((len(wholes), 1))
    result = _maximise(shares, design, wholes)
    dispersion = _dispersion(result, sample)
    covariance = np.zeros((2, 2))
    covariance[0, 0] = result.cov_params()[0, 0] * dispersion
    return _fit(sample, np.array([result.params[0], 0.0]), covariance, dispersion, parameters=1)


def fit_shrunk(sample: Sample, slope_prior_sd: float) -> LogitFit:
    """Fit `fit_logit` with a prior of the slope, normal around 0; the intercept has none.

    Posterior mode by Newton steps, and the curvature there as its covariance (Laplace). The
    dispersion of `fit_logit` divides the likelihood and leaves the prior alone: scattered counts
    say less, and the prior then more.

    Parameters
    ----------
    sample : Sample
        The observed years.
    slope_prior_sd : float
        Standard deviation of the prior in logits a year.
    """
    # A steep enough slope fits separated counts without any scatter.
    dispersion = 1.0 if is_separated(sample) else fit_logit(sample).dispersion
    shares, wholes = _regular(sample, _all_or_none(sample))
    wholes = wholes / dispersion
    design = _design(sample)
    precision = np.diag([0.0, slope_prior_sd**-2])
    pooled = float(shares @ wholes / wholes.sum())
    coefficients = np.array([math.log(pooled / (1 - pooled)), 0.0])

    def log_posterior(at: Array) -> float:
        logits = design @ at
        fits = wholes @ (shares * logits - np.logaddexp(0.0, logits))
        return float(fits - at @ precision @ at / 2)

    def curvature(at: Array) -> Array:
        expected = expit(design @ at)
        variance = wholes * expected * (1 - expected)
        return np.asarray(design.T @ (design * variance[:, None]) + precision)

    reached, before = log_posterior(coefficients), -math.inf
    while reached > before:
        scatter = wholes * (shares - expit(design @ coefficients))
        gradient = design.T @ scatter - precision @ coefficients
        step = np.linalg.solve(curvature(coefficients), gradient)
        # A whole step can lead past a narrow mode, to where nothing curves any more.
        while log_posterior(coefficients + step) < reached and np.abs(step).max() > SMALLEST_STEP:
            step = step / 2
        coefficients = coefficients + step
        before, reached = reached, log_posterior(coefficients)
    covariance = np.asarray(np.linalg.inv(curvature(coefficients)), dtype=np.float64)
    return _fit(sample, coefficients, covariance, dispersion)


def _maximise(shares: Array, design: Array, wholes: Array) -> Any:
    # With as many coefficients as years, or shares that lie on the curve, statsmodels warns of a
    # perfect fit and divides by zero for a scale that a binomial fit does not use. Counts without a
    # maximum of the likelihood have been mended by `_regular`.
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return GLM(shares, design, family=Binomial(), var_weights=wholes).fit()


def _design(sample: Sample) -> Array:
    years = np.asarray(sample.years, dtype=float)
    return np.column_stack([np.ones(len(years)), years - sample.years[0]])


def is_separated(sample: Sample) -> bool:
    """Whether a year parts the papers that count from the others.

    The likelihood of a slope then has no maximum: the steeper, the better (Albert and Anderson,
    1984).
    """
    if _all_or_none(sample):
        return True
    counts = list(zip(sample.years, sample.parts, sample.wholes, strict=True))
    counting = [year for year, part, _ in counts if part > 0]
    others = [year for year, part, whole in counts if part < whole]
    return max(counting) <= min(others) or max(others) <= min(counting)


def _all_or_none(sample: Sample) -> bool:
    return sum(sample.parts) in (0, sum(sample.wholes))


def _regular(sample: Sample, without_maximum: bool) -> tuple[Array, Array]:
    """Return shares and wholes, with Jeffreys' half paper of each kind more where that is needed.

    It gives a likelihood without a maximum one.
    """
    parts, wholes = np.asarray(sample.parts), np.asarray(sample.wholes)
    if without_maximum:
        parts, wholes = parts + 0.5, wholes + 1.0
    return parts / wholes, wholes


def _free(sample: Sample, parameters: int) -> int:
    return max(0, len(sample.years) - parameters)


def _dispersion(result: Any, sample: Sample) -> float:
    free = _free(sample, len(result.params))
    return max(1.0, float(result.pearson_chi2) / free) if free else 1.0


def _fit(
    sample: Sample,
    coefficients: Array,
    covariance: Array,
    dispersion: float,
    parameters: int = 2,
) -> LogitFit:
    return LogitFit(
        centre=sample.years[0],
        intercept=float(coefficients[0]),
        slope=float(coefficients[1]),
        intercept_variance=float(covariance[0, 0]),
        covariance=float(covariance[0, 1]),
        slope_variance=float(covariance[1, 1]),
        dispersion=dispersion,
        degrees_of_freedom=_free(sample, parameters),
    )
