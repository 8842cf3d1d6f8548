"""The estimate on arrays of draws: from shares to papers, runs and the energy that they take.

Each draw is one possible world. A total over 100,000 runs depends on the mean of what a run
consumes, so a factor is drawn once per world. The last axis of every array is the draws, the one
before the years. A source that is absent has the value of the point estimate.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.literature.methods import METHODS
from datafootprint.literature.practice import ObservedPractice, bases_of
from datafootprint.projection.shares import SHARES
from datafootprint.tables import records_of
from datafootprint.uncertainty.draws import Array, draw, stream
from datafootprint.uncertainty.label_errors import (
    EXACT,
    PARTICLES,
    Rates,
    SharePosterior,
    Weights,
    share_posterior,
    weighed,
)
from datafootprint.uncertainty.priors import LABELS, Multiplies, Prior, Tier, source_of
from datafootprint.usage.correction import Z_95

#: Source -> its draws: of shape (draws,), or with an axis of years, papers or normals before it.
Sources = Mapping[str, Array]
#: Who labelled years whose counts are a reading's, an audit's, or without error.
READ, AUDIT, NOBODY = "read", "audit", "none"


@dataclass(frozen=True)
class ModelAverage:
    """The models of a share in projected years, from the lowest to the highest."""

    means: Array  # logits, of shape (years, models)
    sds: Array  # of the same shape
    cumulative: Array  # weights added up, of shape (models,)

    @classmethod
    def of(cls, models: pd.DataFrame) -> "ModelAverage":
        """Average models by their bounds and weights (`ProjectionCompared`)."""
        ends = ["mean", "mean_low", "mean_high"]
        wide = models.pivot(index="year", columns="model", values=[*ends, "weight"])
        order = np.argsort(wide["mean"].to_numpy()[-1], kind="stable")
        shares = (np.clip(wide[end].to_numpy()[:, order], 1e-9, 1 - 1e-9) for end in ends)
        mean, low, high = (np.log(share / (1 - share)) for share in shares)
        weights = wide["weight"].to_numpy()[0, order]
        return cls(mean, (high - low) / (2 * Z_95), np.cumsum(weights / weights.sum()))

    def draw(self, ahead: Array, bend_sd: float, normals: Array) -> Array:
        """Draw the shares of the years, so many `ahead` of an observed one.

        `normals` are a quantile that chooses a model, the error of its trend, and the bend.
        """
        which = np.searchsorted(self.cumulative, normals[0])
        which = np.minimum(which, len(self.cumulative) - 1)
        bend = bend_sd * np.sqrt(ahead)[:, None] * normals[2]
        logits = self.means[:, which] + self.sds[:, which] * normals[1] + bend
        # Not by scipy, which takes longer to import than all draws.
        shares: Array = 1 / (1 + np.exp(-logits))
        return shares


@dataclass(frozen=True)
class Inputs:
    """What the draws start from."""

    #: The table `Projection` by year, with `any_variant` (part of the count that is of papers on
    #: any variant), and of observed years `labelled` (papers), `judged` (papers that needed a
    #: label), `is_live` (each paper's label is at hand), `classifier` (of `rates`, `AUDIT` or
    #: `NOBODY`), and `audit_error` (standard error in papers).
    years: pd.DataFrame
    models: pd.DataFrame  # averaged models in projected years (`ProjectionCompared`)
    runs: pd.DataFrame  # the table `TrainingRuns`
    priors: dict[str, Prior]  # by source
    sections: Mapping[str, Any]  # training, and storage where it counts, of the configuration
    practice: ObservedPractice | None
    rates: dict[str, Rates]  # by classifier
    #: What `shares` returned before, and for which sources.
    known_shares: dict[Any, tuple[Array, Sources]] = field(default_factory=dict, init=False)

    @cached_property
    def is_observed(self) -> Any:
        """Whether each year is observed."""
        return (self.years["kind"] == "observed").to_numpy()

    @cached_property
    def point(self) -> dict[str, dict[str, Array]]:
        """The point estimate by method: each column of `runs`, of shape (years, 1)."""
        by_method = self.runs.sort_values("year").groupby("method", sort=False)
        return {
            str(method): {str(name): own[[name]].to_numpy() for name in own}
            for method, own in by_method
        }

    @cached_property
    def averages(self) -> dict[str, ModelAverage]:
        """The average of the models by share."""
        return {str(share): ModelAverage.of(own) for share, own in self.models.groupby("share")}

    @cached_property
    def posteriors(self) -> list[tuple[SharePosterior, ...]]:
        """Of each observed year: mentions; trained of these, exact; trained, with label errors."""
        found: list[tuple[SharePosterior, ...]] = []
        for row in records_of(self.years[self.is_observed]):
            labelled, papers, who = row["labelled"], row["mentioning"], row["classifier"]
            mentions = share_posterior(papers, row["accepted"])
            exact = share_posterior(labelled, papers)
            audit_error, rates = row["audit_error"] if who == AUDIT else None, self.rates.get(who)
            with_errors = share_posterior(labelled, row["judged"], rates or EXACT, audit_error)
            found.append((mentions, exact, with_errors))
        return found

    @cached_property
    def particles(self) -> dict[str, Weights]:
        """The weights of the particles of each classifier, and of the audit."""
        observed = self.years[self.is_observed]
        sums = observed.groupby("classifier")[["labelled", "judged"]].sum()
        found = {who: weighed(rates, *sums.loc[who]) for who, rates in self.rates.items()}
        if AUDIT in sums.index:
            found[AUDIT] = np.arange(PARTICLES), (np.arange(PARTICLES) + 1) / PARTICLES
        return found


def taking_part(inputs: Inputs, drawn: Sources, method: str, tier: Tier) -> dict[str, Array]:
    """Return the sources of a method that take part in a tier."""
    chosen = METHODS[method]
    bases = bases_of(inputs.sections["training"], chosen.is_observed)
    about = {"", SHARES[chosen.share][1], *(f"{basis} {part}" for part, basis in bases.items())}
    own = {name: source_of(name) for name in drawn}
    return {
        name: drawn[name]
        for name, source in own.items()
        if source.tier <= tier and source.about in about
    }


def draw_sources(inputs: Inputs, size: int, seed: int) -> dict[str, Array]:
    """Draw every source of uncertainty that is not fixed at its point estimate.

    Shares and labels are drawn as quantiles and standard normals, which `shares` turns into shares,
    the others as factors over the point estimate, by year where it matters.
    """
    sources: dict[str, Array] = {}
    for name, prior in inputs.priors.items():
        source, rng = source_of(name), stream(seed, name)
        if prior.kind == "jeffreys":
            sources[name] = rng.random((2, int(inputs.is_observed.sum()), size))
        elif prior.kind == "logit" and not inputs.is_observed.all():
            sources[name] = np.array([rng.random(size), *rng.standard_normal((2, size))])
        elif prior.kind == "observed" and inputs.practice:
            part = source.about.split()[1]
            sources[name] = inputs.practice.draw(part, inputs.years.index, size, rng)
        elif prior.parameters and source.multiplies not in (Multiplies.SHARES, Multiplies.LABELS):
            section, _, key = source.replaces.partition(".")
            # Of nothing stored, no factor changes the energy.
            configured = inputs.sections.get(section, {}).get(key) or 1.0
            drawn = draw(prior, size, rng) / configured
            if np.any(drawn != 1):
                sources[name] = drawn
    for who in inputs.particles:
        # In order, so that draws beside each other look at the same particle, which is fast.
        sources[LABELS + who] = np.sort(stream(seed, "labels", who).random(size))
    return sources


def shares(inputs: Inputs, sources: Sources, share: str) -> Array:
    """Return a share of papers that trained in each year, of shape (years, draws), not rounded.

    Observed years have their posterior, with errors of the labels if these take part; a share of
    the accepted papers is the product of two. Projected years have a model of the average, its
    trend, and a bend, and change by the ratio by which errors of the labels change observed years.
    """
    key = share, *((name, id(values)) for name, values in sources.items())
    if key not in inputs.known_shares:
        # Arrays that are kept keep their identity.
        inputs.known_shares[key] = _draw_shares(inputs, sources, share), sources
    return inputs.known_shares[key][0]


def _draw_shares(inputs: Inputs, sources: Sources, share: str) -> Array:
    years, observed = inputs.years, inputs.is_observed
    of_accepted, is_sampled = SHARES[share][1] == "accepted", "sampling" in sources
    size = max((values.shape[-1] for values in sources.values()), default=1)
    quantiles = sources.get("sampling", np.full((2, int(observed.sum()), 1), 0.5))
    drawn = np.repeat(years[[share]].to_numpy(), size, axis=1)
    by_year = zip(np.flatnonzero(observed), inputs.posteriors, *quantiles, strict=True)
    for i, (mentions, exact, with_errors), u, v in by_year:
        who = years["classifier"].iloc[i]
        if LABELS + who in sources:
            order, weights = inputs.particles[who]
            particle = order[np.searchsorted(weights, sources[LABELS + who])]
            judged = years["judged"].iloc[i] / max(years["mentioning"].iloc[i], 1)
            drawn[i] = with_errors.at(u, particle) * judged
        elif is_sampled:
            drawn[i] = exact.at(u)
        else:
            continue
        if of_accepted:
            drawn[i] *= mentions.at(v) if is_sampled else years["mentioning_share"].iloc[i]
    if "projection" in sources:
        ahead = years.index[~observed].to_numpy()
        distance = np.abs(ahead[:, None] - years.index[observed].to_numpy()).min(axis=1)
        bend_sd = inputs.priors["projection"].parameters[0]
        average = inputs.averages[share]
        drawn[~observed] = average.draw(distance, bend_sd, sources["projection"])
    without = {name: values for name, values in sources.items() if not name.startswith(LABELS)}
    if len(without) < len(sources):
        before = shares(inputs, without, share)[observed]
        papers = years[[SHARES[share][1]]].to_numpy(dtype=float)[observed]
        labelled = np.maximum((papers * before).sum(axis=0), 1e-300)
        change = (papers * drawn[observed]).sum(axis=0) / labelled
        most = years["mentioning_share"].to_numpy()[~observed, None] if of_accepted else 1.0
        drawn[~observed] = np.minimum(drawn[~observed] * change, most)
    return drawn


@dataclass(frozen=True)
class Worlds:
    """What the draws make of a method, each of shape (years, draws)."""

    papers: Array  # that trained on the dataset and keep their copies, as copies cost by the point
    runs: Array
    training: Array  # runs as long and on hardware as configured
    siting: Array  # carbon intensity over that of the point estimate, of shape (draws,)
    tonnes: Array  # of all training, up to a factor, at one intensity for all years, (draws,)


def worlds(inputs: Inputs, method: str, sources: Sources) -> Worlds:
    """Take the sources of a method to papers, runs and energy."""

    def of_kind(multiplies: Multiplies) -> dict[str, Array]:
        own = (name for name in sources if source_of(name).multiplies == multiplies)
        return {name: sources[name] for name in own}

    def factor(multiplies: Multiplies) -> Array:
        return math.prod(of_kind(multiplies).values(), start=np.ones(1))

    point = inputs.point[method]
    drawn = shares(inputs, of_kind(Multiplies.SHARES), METHODS[method].share)
    # Counts that are of the dataset alone have nothing to discount.
    variant, exact = factor(Multiplies.VARIANT_SHARE), 1 - inputs.years[["any_variant"]].to_numpy()
    on_dataset = point["variant_share"] * variant + exact * (1 - variant)
    all_papers = point["publications"] * on_dataset * factor(Multiplies.PAPERS)
    papers = METHODS[method].applied(drawn) * all_papers
    all_runs = papers * (point["runs_per_paper"] * factor(Multiplies.RUNS))
    training = all_runs * (point["run_energy_factor"] * factor(Multiplies.TRAINING_ENERGY))
    stored, siting = papers * factor(Multiplies.STORAGE_ENERGY), factor(Multiplies.INTENSITY)
    return Worlds(stored, all_runs, training, siting, training.sum(axis=0) * siting)
