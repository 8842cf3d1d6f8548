"""The estimate on arrays of draws: from shares to papers, runs and the energy that they take.

Each draw is one possible world: its shares, one mean of every factor. A total over 100,000 runs
depends on the mean of what a run consumes and not on the spread between runs, so a factor is drawn
once per world and never once per run. The last axis of every array is the draws, the one before the
years. A source that is absent has the value of the point estimate.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import pandas as pd

from datafootprint.literature.methods import METHODS
from datafootprint.literature.practice import CONFIGURED, OBSERVED, ObservedPractice, bases_of
from datafootprint.projection.shares import SHARES
from datafootprint.tables import records_of
from datafootprint.uncertainty.draws import Array, draw, stream
from datafootprint.uncertainty.label_errors import (
    PARTICLES,
    Rates,
    SharePosterior,
    Weights,
    allowed_by_audit,
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
class Inputs:
    """What the draws start from."""

    #: The table `Projection` by year, with `any_variant` (part of the count that is of papers on
    #: any variant), and of observed years `labelled` (papers), `is_live` (each paper's label is at
    #: hand), `classifier` (of `rates`, `AUDIT` or `NOBODY`), and `audit_error` (standard error in
    #: papers).
    years: pd.DataFrame
    models: pd.DataFrame  # the table `ProjectionCompared`, the models that are averaged
    runs: pd.DataFrame  # the table `TrainingRuns`
    priors: dict[str, Prior]  # by source
    configured: dict[str, float]  # by source, the value that its draws take the place of
    training: Mapping[str, Any]  # the section of the configuration
    practice: ObservedPractice | None
    rates: dict[str, Rates]  # by classifier

    @property
    def is_observed(self) -> Any:
        """Whether each year is observed."""
        return (self.years["kind"] == "observed").to_numpy()

    @cached_property
    def posteriors(self) -> list[tuple[SharePosterior, ...]]:
        """Three posteriors by observed year.

        They are of the share of accepted papers that mention the dataset, and of the share of these
        that trained, without errors of the labels and with them.
        """
        found: list[tuple[SharePosterior, ...]] = []
        for row in records_of(self.years[self.is_observed]):
            labelled, papers, who = row["labelled"], row["mentioning"], row["classifier"]
            exact = with_errors = share_posterior(labelled, papers)
            if who == AUDIT:
                counts = allowed_by_audit(labelled, row["audit_error"], papers)
                with_errors = share_posterior(counts, papers)
            elif who in self.rates:
                with_errors = share_posterior(labelled, papers, self.rates[who])
            found.append((share_posterior(papers, row["accepted"]), exact, with_errors))
        return found

    @cached_property
    def particles(self) -> dict[str, Weights]:
        """The weights of the particles of each classifier, and of the audit."""
        observed = self.years[self.is_observed]
        sums = observed.groupby("classifier")[["labelled", "mentioning"]].sum()
        found = {who: weighed(rates, *sums.loc[who]) for who, rates in self.rates.items()}
        if AUDIT in sums.index:
            found[AUDIT] = np.arange(PARTICLES), (np.arange(PARTICLES) + 1) / PARTICLES
        return found


def taking_part(inputs: Inputs, drawn: Sources, method: str, tier: Tier) -> dict[str, Array]:
    """Return the sources of a method that take part in a tier.

    What a run is, is either configured or observed.
    """
    bases = bases_of(inputs.training, METHODS[method].is_observed)
    found = {}
    for name, values in drawn.items():
        source = source_of(name)
        basis = OBSERVED if source.of_observed else CONFIGURED
        fits_run = not source.part or bases[source.part] == basis
        fits_share = not source.of_mentioning or SHARES[METHODS[method].share][1] == "mentioning"
        if tier.holds(source.tier) and fits_run and fits_share:
            found[name] = values
    return found


def draw_sources(inputs: Inputs, size: int, seed: int) -> dict[str, Array]:
    """Draw every source of uncertainty that is not fixed at its point estimate; see `Sources`.

    Shares and labels are drawn as quantiles and standard normals, which `shares` turns into the
    shares of that world, the others as factors over the point estimate, by year where it matters.
    """
    sources: dict[str, Array] = {}
    years, practice = inputs.years, inputs.practice
    for name, prior in inputs.priors.items():
        source, rng = source_of(name), stream(seed, name)
        if prior.kind == "jeffreys":
            sources[name] = rng.random((2, int(inputs.is_observed.sum()), size))
        elif prior.kind == "logit" and not inputs.is_observed.all():
            sources[name] = np.array([rng.random(size), *rng.standard_normal((2, size))])
        elif prior.kind == "observed" and practice:
            sources[name] = practice.draw(source.part, years.index, size, rng)
        elif prior.parameters and source.multiplies not in (Multiplies.SHARES, Multiplies.LABELS):
            drawn = draw(prior, size, rng) / inputs.configured.get(name, 1.0)
            if np.any(drawn != 1):
                sources[name] = drawn
        if source.part == "variant_share" and name in sources:
            # Counts that are of the dataset alone have nothing to discount.
            any_variant = years["any_variant"].to_numpy()[:, None]
            share = inputs.configured["full_dataset"]
            if source.of_observed and practice:
                share = practice.on_dataset / practice.trained
            kept = 1 - any_variant * (1 - share * sources[name])
            sources[name] = kept / (1 - any_variant * (1 - share))
    for who in inputs.particles:
        # In order, so that draws beside each other look at the same particle, which is fast.
        sources[LABELS + who] = np.sort(stream(seed, "labels", who).random(size))
    return sources


def shares(
    inputs: Inputs, sources: Sources, share: str, cache: dict[Any, Any] | None = None
) -> Array:
    """Return a share of papers that trained in each year, of shape (years, draws), not rounded.

    Observed years have their posterior, with errors of the labels if these take part; a share of
    the accepted papers is the product of two. Projected years have a model of the average, its
    trend, and a bend, and keep to the ratio by which errors of the labels change the observed years
    together. A `cache` keeps what the same sources gave.
    """
    cache = {} if cache is None else cache
    key = share, *((name, id(values)) for name, values in sources.items())
    if key not in cache:
        # Arrays that are kept keep their identity.
        cache[key] = _shares(inputs, sources, share, cache), sources
    found: Array = cache[key][0]
    return found


def _shares(inputs: Inputs, sources: Sources, share: str, cache: dict[Any, Any]) -> Array:
    years, observed = inputs.years, inputs.is_observed
    of_accepted, is_sampled = SHARES[share][1] == "accepted", "sampling" in sources
    size = max((values.shape[-1] for values in sources.values()), default=1)
    quantiles = sources.get("sampling", np.full((2, int(observed.sum()), 1), 0.5))
    by_year = zip(np.flatnonzero(observed), inputs.posteriors, *quantiles, strict=True)
    exact = {name: values for name, values in sources.items() if not name.startswith(LABELS)}
    if len(exact) == len(sources):
        drawn = np.repeat(years[[share]].to_numpy(), size, axis=1)
        for i, (of_mentioning, without_errors, _), u, v in by_year if is_sampled else ():
            drawn[i] = without_errors.at(u) * (of_mentioning.at(v) if of_accepted else 1.0)
        if "projection" in sources:
            drawn[~observed] = _projected(inputs, sources["projection"], share)
        return drawn
    before = shares(inputs, exact, share, cache)
    drawn = np.broadcast_to(before, (len(years), size)).copy()
    for i, (of_mentioning, _, with_errors), u, v in by_year:
        row = years.iloc[i]
        if LABELS + row["classifier"] in sources:
            order, weights = inputs.particles[row["classifier"]]
            particle = order[np.searchsorted(weights, sources[LABELS + row["classifier"]])]
            drawn[i] = with_errors.at(u, particle)
            if of_accepted:
                drawn[i] *= of_mentioning.at(v) if is_sampled else row["mentioning_share"]
    papers = years[[SHARES[share][1]]].to_numpy(dtype=float)[observed]
    labels = np.maximum((papers * before[observed]).sum(axis=0), 1e-300)
    ahead = drawn[~observed] * ((papers * drawn[observed]).sum(axis=0) / labels)
    most = years["mentioning_share"].to_numpy()[~observed, None] if of_accepted else 1.0
    drawn[~observed] = np.minimum(ahead, most)
    return drawn


def _projected(inputs: Inputs, normals: Array, share: str) -> Array:
    """Draw the shares of projected years."""
    years = inputs.years.index[~inputs.is_observed]
    observed = inputs.years.index[inputs.is_observed].to_numpy()
    ahead = np.abs(years.to_numpy()[:, None] - observed).min(axis=1)
    bend_sd = inputs.priors["projection"].parameters[0]
    models = inputs.models[(inputs.models["share"] == share) & inputs.models["year"].isin(years)]
    return draw_models(models, ahead, bend_sd, normals)


def draw_models(models: pd.DataFrame, ahead: Array, bend_sd: float, normals: Array) -> Array:
    """Draw the shares of years, so many `ahead` of an observed one, from the average of models.

    `models` has their bounds and weights (`ProjectionCompared`); `normals` a quantile that chooses
    a model, from the lowest to the highest, the error of its trend, and the bend.
    """
    shares = models.pivot(index="model", columns="year", values=["mean", "mean_low", "mean_high"])
    clipped = shares.clip(1e-9, 1 - 1e-9)
    logits = cast(pd.DataFrame, np.log(clipped / (1 - clipped)))
    means = logits["mean"].to_numpy()
    sds = (logits["mean_high"] - logits["mean_low"]).to_numpy() / (2 * Z_95)
    order = np.argsort(means[:, -1], kind="stable")
    weights = models.groupby("model")["weight"].first().to_numpy()[order]
    which = np.searchsorted(np.cumsum(weights / weights.sum()), normals[0])
    chosen = order[np.minimum(which, len(order) - 1)]
    bend = bend_sd * np.sqrt(ahead)[:, None] * normals[2]
    drawn: Array = 1 / (1 + np.exp(-(means.T[:, chosen] + sds.T[:, chosen] * normals[1] + bend)))
    return drawn


@dataclass(frozen=True)
class Worlds:
    """What the draws make of a method, each of shape (years, draws)."""

    papers: Array  # that trained on the dataset and keep their copies, as copies cost by the point
    runs: Array
    training: Array  # runs as long and on hardware as configured
    siting: Array  # carbon intensity over that of the point estimate, of shape (draws,)

    @property
    def relative_tonnes(self) -> Array:
        """Tonnes of the training runs, up to a constant factor, at one intensity for all years."""
        tonnes: Array = self.training.sum(axis=0) * self.siting
        return tonnes


def worlds(
    inputs: Inputs, method: str, sources: Sources, cache: dict[Any, Any] | None = None
) -> Worlds:
    """Take the sources of a method to papers, runs and energy; for the `cache` see `shares`."""
    of_shares = {
        name: values
        for name, values in sources.items()
        if source_of(name).multiplies == Multiplies.SHARES
    }
    drawn = shares(inputs, of_shares, METHODS[method].share, cache)
    runs = inputs.runs[inputs.runs["method"] == method].sort_values("year")

    def column(name: str) -> Any:
        return runs[name].to_numpy()[:, None]

    def factor(multiplies: Multiplies) -> Array:
        of_kind = (name for name in sources if source_of(name).multiplies == multiplies)
        return math.prod((sources[name] for name in of_kind), start=np.ones(1))

    all_papers = column("publications") * column("variant_share") * factor(Multiplies.PAPERS)
    papers = METHODS[method].applied(drawn) * all_papers
    all_runs = papers * (column("runs_per_paper") * factor(Multiplies.RUNS))
    training = all_runs * (column("run_energy_factor") * factor(Multiplies.TRAINING_ENERGY))
    stored = papers * factor(Multiplies.STORAGE_ENERGY)
    return Worlds(stored, all_runs, training, factor(Multiplies.INTENSITY))
