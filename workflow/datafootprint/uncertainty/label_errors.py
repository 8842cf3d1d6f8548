"""What labels say about the share of papers that trained, when labels can be wrong.

The share of each year, the classifier's sensitivity and its specificity have a joint posterior
given the counts: labelled papers are binomial with the probability ``share x sensitivity +
(1 - share) x (1 - specificity)``, and the share has Jeffreys' prior. The rates of a classifier
learn from the counts of all years together (priors of six years would have six votes). Nothing is
cut at 0, and few labelled papers also say that the specificity is high. The posterior is computed
on a grid of shares, for a sample of error rates from their prior (particles). The particles of an
audit are counts that it allows.
"""

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datafootprint.uncertainty.draws import Array

#: Cells of the grid, uniform in the arc sine of the share's root, where Jeffreys' prior is flat.
CELLS = 192
#: Samples of the error rates of a classifier.
PARTICLES = 2048
#: Standard errors on either side of the estimate that the grid spans.
REACH = 8.0
#: The order of particles, and their cumulative weights.
Weights = tuple[NDArray[np.intp], Array]


@dataclass(frozen=True, eq=False)
class Rates:
    """Error rates of a classifier: particles, with their weights given what is known of them."""

    sensitivity: Array
    specificity: Array
    log_weight: Any = 0.0

    @property
    def information(self) -> Array:
        """How far labels tell the two kinds of papers apart; 1 if none is wrong."""
        return np.maximum(self.sensitivity + self.specificity - 1, 1e-3)

    @property
    def mean(self) -> "Rates":
        """The means of the rates, one particle."""
        weight = np.exp(self.log_weight - np.max(self.log_weight)) * np.ones(len(self.sensitivity))
        rates = (self.sensitivity, self.specificity)
        return Rates(*(np.average(rate, weights=weight, keepdims=True) for rate in rates))

    def corrected(self, labelled: Any) -> Array:
        """Return the share that trained of a share of papers labelled so; it may leave [0, 1]."""
        share: Array = (labelled - 1 + self.specificity) / self.information
        return share


EXACT = Rates(np.ones(1), np.ones(1))


@dataclass(frozen=True)
class SharePosterior:
    """Posterior of the share of one year for each particle."""

    first: float  # angle at which the grid starts
    step: float
    cumulative: Array  # by particle and end of a cell, the number of the particle added, flat
    log_evidence: Array  # log probability of the counts by particle

    def at(self, u: Array, particle: Any = 0) -> Array:
        """Return the share at the quantile `u` of the posterior of each particle."""
        position = np.interp(particle + u, self.cumulative, np.arange(len(self.cumulative)))
        cells = np.clip(position - particle * (CELLS + 1), 0, CELLS)
        shares: Array = np.sin(self.first + self.step * cells) ** 2
        return shares


@lru_cache(maxsize=32)
def share_posterior(
    labelled: float, papers: float, rates: Rates = EXACT, audit_error: float | None = None
) -> SharePosterior:
    """Compute the posterior of the share of papers that trained, from those labelled so.

    A count that an audit corrected, with a standard error, has the counts that it allows as its
    particles, of equal weight.
    """
    counts = np.full((1, 1), labelled, dtype=float)
    if audit_error is not None:
        normals = map(NormalDist().inv_cdf, (np.arange(PARTICLES) + 0.5) / PARTICLES)
        counts = np.clip(labelled + audit_error * np.array([*normals])[:, None], 0, papers)
    likely = np.clip(rates.corrected((counts[:, 0] + 0.5) / (papers + 1)), 0, 1)
    error = REACH * 0.5 / np.sqrt(papers + 1) / min(1.0, float(rates.information.min()))
    angles = np.arcsin(np.sqrt(likely))
    first = max(0.0, float(angles.min()) - error)
    last = min(np.pi / 2, float(angles.max()) + error)
    step = (last - first) / CELLS
    shares = np.sin(first + step * (np.arange(CELLS) + 0.5)) ** 2
    positive = 1 - rates.specificity[:, None] + rates.information[:, None] * shares
    positive = np.clip(positive, 1e-12, 1 - 1e-12)
    density = counts * np.log(positive) + (papers - counts) * np.log1p(-positive)
    highest = density.max(axis=1, keepdims=True)
    cumulative = np.cumsum(np.exp(density - highest), axis=1)
    total = cumulative[:, -1:]
    log_evidence = (highest + np.log(total * step))[:, 0]
    rows: Any = np.pad(cumulative / total, ((0, 0), (1, 0))) + np.arange(len(total))[:, None]
    return SharePosterior(first, step, rows.ravel(), log_evidence)


def weighed(rates: Rates, labelled: float, papers: float) -> Weights:
    """Weigh the error rates of a classifier by the counts of all years.

    The particles are ordered by what they make of the share of labelled papers, so that a quantile
    of the weights is one of the correction.
    """
    log_weight = rates.log_weight + share_posterior(labelled, papers, rates).log_evidence
    weight = np.exp(log_weight - log_weight.max())
    order: NDArray[np.intp] = np.argsort(rates.corrected(labelled / papers), kind="stable")
    cumulative = np.cumsum(weight[order])
    return order, cumulative / cumulative[-1]


def replicated(rates: Rates, labelled: Array, trained: Array, papers: Array) -> Rates:
    """Weigh error rates by papers that were labelled and of which the truth is known.

    Of `papers` in each year `trained` trained and `labelled` were labelled so; which ones, nobody
    knows. The count of labels is taken for normal.
    """
    sensitivity, specificity = rates.sensitivity[:, None], rates.specificity[:, None]
    others = papers - trained
    expected = trained * sensitivity + others * (1 - specificity)
    variance = trained * sensitivity * (1 - sensitivity) + others * specificity * (1 - specificity)
    variance = np.maximum(variance, 0.25)
    log_weight = -0.5 * ((labelled - expected) ** 2 / variance + np.log(variance)).sum(axis=1)
    return Rates(rates.sensitivity, rates.specificity, rates.log_weight + log_weight)


def audit_error(mean: Rates, labelled: float, papers: float, size: int) -> float:
    """Return the standard error in papers of an audit that finds what the `mean` rates expect.

    Half of it are papers labelled as trained, half are others (post-stratification).
    """
    trained = np.clip(mean.corrected(labelled / papers), 0, 1) * papers
    found = trained * mean.sensitivity
    strata = np.array([labelled, papers - labelled])
    shares = (np.minimum(np.concatenate([found, trained - found]), strata) + 0.5) / (strata + 1)
    read = np.maximum(1, np.minimum(size / 2, strata))
    # Of a finite stratum a larger part says more.
    variances = strata * np.maximum(0, strata - read) / read * shares * (1 - shares)
    return float(np.sqrt(variances.sum()))
