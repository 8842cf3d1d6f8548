"""Correcting a count of labels for the classifier's errors."""

import math
from collections.abc import Iterable
from statistics import NormalDist

import numpy as np

from datafootprint.errors import DatafootprintError

#: Standard errors from the middle of a 95% interval to its end.
Z_95 = NormalDist().inv_cdf(0.975)


def rogan_gladen(share: float, sensitivity: float, specificity: float) -> float:
    """Correct a share of positive labels for known error rates, which are above 1 together.

    (share + specificity - 1) / (sensitivity + specificity - 1), held within 0 and 1: Rogan and
    Gladen, American Journal of Epidemiology 107 (1978), 71-76.
    """
    return min(1.0, max(0.0, (share + specificity - 1) / (sensitivity + specificity - 1)))


def rogan_gladen_interval(
    labelled: int, papers: int, sensitivity: float, specificity: float
) -> tuple[float, float]:
    """Return 95% bounds of the corrected share: the bounds of the raw share (Wilson), corrected.

    The error rates count as exact. They are refused if no share leads to bounds like these.
    """
    low, high = wilson(labelled, papers)
    if high < 1 - specificity or low > sensitivity:
        rate, much = (
            (f"specificity {specificity:g}", f"at least {1 - specificity:.1%}")
            if high < 1 - specificity
            else (f"sensitivity {sensitivity:g}", f"at most {sensitivity:.1%}")
        )
        raise DatafootprintError(
            f"usage.error_rates: {labelled} of {papers} papers are labelled trained_from_scratch, "
            f"but {rate} means {much}; these are not the rates of this classifier on these papers."
        )
    return (
        rogan_gladen(low, sensitivity, specificity),
        rogan_gladen(high, sensitivity, specificity),
    )


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """Return the 95% score interval of a proportion (Wilson, JASA 22 (1927), 209-212)."""
    if trials == 0:
        return 0.0, 1.0
    share, weight = successes / trials, Z_95**2 / trials
    middle = share + weight / 2
    half = math.sqrt(weight * (share * (1 - share) + weight / 4))
    # Rounding must lift no bound above the share it belongs to, nor above 1.
    low, high = (middle - half) / (1 + weight), (middle + half) / (1 + weight)
    return max(0.0, min(low, share)), min(1.0, max(high, share))


def unread_bounds(strata: Iterable[tuple[int, int, int]]) -> tuple[int, int]:
    """Return 95% bounds of the papers of a kind among those that nobody read.

    Of each stratum: papers that a person read, how many of them are of the kind, and papers that
    nobody read. The unread papers are beta-binomial after the neutral prior Beta(1/3, 1/3) (Kerman,
    Electronic Journal of Statistics 5 (2011), 1450): the posterior of a finite population under
    simple random sampling (Mendoza, Contreras-Cristan and Gutierrez-Pena, Entropy 23 (2021), 318).
    Jeffreys' prior of 1/2 adds up over strata with few papers of the kind: 40 of 213 papers read,
    300 times over, had the truth in its bounds in 90% of the cases, in these in 95%.
    """
    from scipy.stats import betabinom

    total = np.ones(1)
    for read, such, unread in strata:
        hits = np.arange(unread + 1)
        total = np.convolve(total, betabinom.pmf(hits, unread, such + 1 / 3, read - such + 1 / 3))
    low, high = np.searchsorted(np.cumsum(total), (0.025, 0.975))
    return int(low), int(min(high, len(total) - 1))
