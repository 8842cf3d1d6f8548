"""What labels say about the share of papers that trained, when labels can be wrong.

The share of each year, the classifier's sensitivity and its specificity have a joint posterior
given the counts: labelled papers are binomial with the probability ``share x sensitivity +
(1 - share) x (1 - specificity)``, and the share has Jeffreys' prior. All years of a classifier have
its rates in common, which learn from the counts of all years together (six priors of six years
would have six votes for rare or frequent training). Nothing is cut at 0, and few labelled papers
also say that the specificity is high. The posterior is computed on a grid of shares, for a sample
of error rates from their prior (particles).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datafootprint.uncertainty.draws import Array

#: Cells of the grid, uniform in the arc sine of the share's root, where Jeffreys' prior is flat.
CELLS = 192
#: Samples of the error rates of a classifier.
PARTICLES = 2048
#: Standard errors on either side of the estimate that the grid spans.
REACH = 8.0


@dataclass(frozen=True)
class Rates:
    """Error rates of a classifier: particles, with their weights given what is known of them."""

    sensitivity: Array
    specificity: Array
    log_weight: Array

    @property
    def are_exact(self) -> bool:
        """Whether no label is wrong."""
        return bool((self.sensitivity == 1).all() and (self.specificity == 1).all())


EXACT = Rates(np.ones(1), np.ones(1), np.zeros(1))


@dataclass(frozen=True)
class SharePosterior:
    """Posterior of the share of one year for each particle of the error rates."""

    first: float  # angle at which the grid starts
    step: float
    cumulative: Array  # by particle and cell, the number of the particle added, flat
    log_evidence: Array  # log probability of the counts by particle

    def at(self, particle: NDArray[np.intp], u: Array) -> Array:
        """Return the share at the quantile `u` of the posterior of each particle."""
        if len(self.cumulative) == CELLS:
            cells = np.interp(u, [0.0, *self.cumulative], np.arange(CELLS + 1.0))
            exact: Array = np.sin(self.first + self.step * cells) ** 2
            return exact
        position = np.searchsorted(self.cumulative, particle + u)
        position = np.minimum(position, len(self.cumulative) - 1)
        cell = position - particle * CELLS
        below = np.where(cell > 0, self.cumulative[position - 1], particle)
        width = np.maximum(self.cumulative[position] - below, 1e-300)
        angle = self.first + self.step * (cell + np.clip((particle + u - below) / width, 0, 1))
        shares: Array = np.sin(angle) ** 2
        return shares


def share_posterior(labelled: float, papers: float, rates: Rates) -> SharePosterior:
    """Compute the posterior of the share of papers that trained, from those labelled so."""
    seen = (labelled + 0.5) / (papers + 1)
    information = np.maximum(rates.sensitivity + rates.specificity - 1, 1e-3)
    likely = np.clip((seen - 1 + rates.specificity) / information, 0, 1)
    error = REACH * 0.5 / np.sqrt(papers + 1) / min(1.0, float(information.min()))
    angles = np.arcsin(np.sqrt(likely))
    first = max(0.0, float(angles.min()) - error)
    last = min(np.pi / 2, float(angles.max()) + error)
    step = (last - first) / CELLS
    shares = np.sin(first + step * (np.arange(CELLS) + 0.5)) ** 2
    positive = 1 - rates.specificity[:, None] + information[:, None] * shares
    positive = np.clip(positive, 1e-12, 1 - 1e-12)
    density = labelled * np.log(positive) + (papers - labelled) * np.log1p(-positive)
    highest = density.max(axis=1, keepdims=True)
    cumulative = np.cumsum(np.exp(density - highest), axis=1)
    total = cumulative[:, -1:]
    log_evidence = (highest + np.log(total * step))[:, 0]
    rows = cumulative / total + np.arange(len(total))[:, None]
    return SharePosterior(first, step, rows.ravel(), log_evidence)


def weighed(rates: Rates, labelled: float, papers: float) -> tuple[NDArray[np.intp], Array]:
    """Return the order of the particles and their cumulative weights given the counts of all years.

    They are ordered by what they make of the share of labelled papers, so that a quantile of the
    weights is one of the correction.
    """
    log_weight = rates.log_weight + share_posterior(labelled, papers, rates).log_evidence
    weight = np.exp(log_weight - log_weight.max())
    information = np.maximum(rates.sensitivity + rates.specificity - 1, 1e-3)
    corrected = (labelled / papers - 1 + rates.specificity) / information
    order: NDArray[np.intp] = np.argsort(corrected, kind="stable")
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


def audited(rates: Rates, labelled: float, papers: float, size: int) -> Rates:
    """Weigh error rates by an audit that comes out as expected, half of it labelled as trained.

    Of the audited papers labelled as trained a share p did, of the others a share q; both are
    binomial, and the expected counts are those at the mean of the rates.
    """
    weight = np.exp(rates.log_weight - rates.log_weight.max())
    seen = labelled / papers

    def true_shares(sensitivity: Array | float, specificity: Array | float) -> tuple[Array, Array]:
        information = np.maximum(sensitivity + specificity - 1, 1e-3)
        share = np.clip((seen - 1 + specificity) / information, 1e-6, 1 - 1e-6)
        p = share * sensitivity / max(seen, 1e-6)
        q = share * (1 - sensitivity) / max(1 - seen, 1e-6)
        return np.clip(p, 1e-6, 1 - 1e-6), np.clip(q, 1e-6, 1 - 1e-6)

    means = (np.average(rate, weights=weight) for rate in (rates.sensitivity, rates.specificity))
    found, expected = true_shares(rates.sensitivity, rates.specificity), true_shares(*means)
    log_weight = rates.log_weight.copy()
    for share, known, stratum in zip(found, expected, (labelled, papers - labelled), strict=True):
        audit = min(size / 2, stratum)
        # Of a finite stratum a larger part says more.
        audit = audit / max(1 - audit / max(stratum, 1), 1 / max(stratum, 1))
        log_weight += audit * (known * np.log(share) + (1 - known) * np.log1p(-share))
    return Rates(rates.sensitivity, rates.specificity, log_weight)
