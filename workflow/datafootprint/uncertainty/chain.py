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
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from datafootprint.literature.methods import METHODS
from datafootprint.literature.practice import (
    CONFIGURED,
    OBSERVED,
    ObservedPractice,
    bases_of,
)
from datafootprint.projection.shares import SHARES
from datafootprint.tables import records_of
from datafootprint.uncertainty.draws import Array, draw, stream
from datafootprint.uncertainty.label_errors import (
    EXACT,
    Rates,
    SharePosterior,
    share_posterior,
    weighed,
)
from datafootprint.uncertainty.priors import SOURCES, Multiplies, Prior, Tier
from datafootprint.usage.correction import Z_95

#: Source -> its draws: of shape (draws,), or with an axis of years, papers or normals before it.
Sources = Mapping[str, Array]
#: The shares that the methods apply.
APPLIED_SHARES = list(dict.fromkeys(method.share for method in METHODS.values()))
#: Draws of the errors of a classifier's labels are a source `labels: <classifier>`.
LABELS = "labels: "


@dataclass(frozen=True)
class Inputs:
    """What the draws start from."""

    #: The table `Projection` by year, with `any_variant` (part of the count that is
    #: of papers on any variant), and of observed years `labelled` (papers), `classifier` (of
    #: `rates`, or another word), `audit_error` (standard error in papers), and `sensitivity` and
    #: `specificity` (1 where they are not known exactly).
    years: pd.DataFrame
    models: pd.DataFrame  # the table `ProjectionCompared`, the models that are averaged
    runs: pd.DataFrame  # the table `TrainingRuns`
    priors: dict[str, Prior]  # by source
    configured: dict[str, float]  # by source, the value that its draws take the place of
    training: Mapping[str, Any]  # the section of the configuration
    practice: ObservedPractice | None
    rates: dict[str, Rates]  # by classifier
    posteriors: list[tuple[SharePosterior, SharePosterior]]  # see `posteriors_of`

    @property
    def is_observed(self) -> Any:
        """Whether each year is observed."""
        return (self.years["kind"] == "observed").to_numpy()

    @cached_property
    def particles(self) -> dict[str, tuple[NDArray[np.intp], Array]]:
        """By classifier, the order and cumulative weights of its error rates."""
        observed = self.years[self.is_observed]
        sums = observed.groupby("classifier")[["labelled", "mentioning"]].sum()
        return {name: weighed(rates, *sums.loc[name]) for name, rates in self.rates.items()}


def posteriors_of(
    years: pd.DataFrame, rates: Mapping[str, Rates]
) -> list[tuple[SharePosterior, SharePosterior]]:
    """Compute the posteriors of the share of mentioning papers that trained, by observed year.

    The first is without errors of the labels other than known ones, the second with them.
    """
    found = []
    for row in records_of(years[years["kind"] == "observed"]):
        rate = np.array([row["sensitivity"]]), np.array([row["specificity"]])
        known = Rates(rate[0], rate[1], np.zeros(1))
        first = share_posterior(row["labelled"], row["mentioning"], known)
        own = rates.get(row["classifier"])
        second = share_posterior(row["labelled"], row["mentioning"], own) if own else first
        found.append((first, second))
    return found


def at_tier(sources: Sources, tier: Tier) -> dict[str, Array]:
    """Return the sources that take part in a tier."""
    return {name: values for name, values in sources.items() if tier.holds(tier_of(name))}


def tier_of(source: str) -> Tier:
    """Return the first tier in which a source takes part; audits and labels are measured."""
    return SOURCES[source].tier if source in SOURCES else Tier.MEASURED


def is_of_shares(source: str) -> bool:
    """Tell whether a source moves the shares; the others multiply what follows from them."""
    return source not in SOURCES or SOURCES[source].multiplies == Multiplies.SHARES


def sources_of(inputs: Inputs, drawn: Sources, method: str) -> dict[str, Array]:
    """Return the sources of a method: what a run is, is either configured or observed."""
    bases = bases_of(inputs.training, METHODS[method].is_observed)

    def takes_part(name: str) -> bool:
        source = SOURCES.get(name)
        if source is None:
            return True
        basis = OBSERVED if source.of_observed else CONFIGURED
        of_mentioning = SHARES[METHODS[method].share][1] == "mentioning"
        return (not source.part or bases[source.part] == basis) and (
            of_mentioning or not source.of_mentioning
        )

    return {name: values for name, values in drawn.items() if takes_part(name)}


def draw_sources(inputs: Inputs, size: int, seed: int) -> dict[str, Array]:
    """Draw every source of uncertainty that is not fixed at its point estimate; see `Sources`.

    Shares and labels are drawn as quantiles and standard normals, which `shares` turns into the
    shares of that world, the others as factors over the point estimate, by year where it matters.
    """
    sources: dict[str, Array] = {}
    years = inputs.years
    for name, prior in inputs.priors.items():
        source, rng = SOURCES[name], stream(seed, name)
        if prior.kind == "jeffreys":
            sources[name] = rng.random((2, int(inputs.is_observed.sum()), size))
        elif prior.kind == "logit" and not inputs.is_observed.all():
            sources[name] = np.array([rng.random(size), *rng.standard_normal((2, size))])
        elif source.multiplies in (Multiplies.SHARES, Multiplies.LABELS):
            continue
        elif prior.kind != "observed" and prior.parameters:
            drawn = draw(prior, size, rng) / inputs.configured.get(name, 1.0)
            if np.any(drawn != 1):
                sources[name] = drawn
        elif prior.kind == "observed" and inputs.practice:
            sources[name] = inputs.practice.draw(source.part, years.index, size, rng)
        if source.part == "variant_share" and name in sources:
            # Counts that are of the dataset alone have nothing to discount.
            any_variant = years["any_variant"].to_numpy()[:, None]
            share = inputs.configured["full_dataset"]
            if source.of_observed and inputs.practice:
                share = inputs.practice.on_dataset / inputs.practice.trained
            kept = 1 - any_variant * (1 - share * sources[name])
            sources[name] = kept / (1 - any_variant * (1 - share))
    for classifier in inputs.particles:
        # In order, so that draws beside each other look at the same particle, which is fast.
        sources[LABELS + classifier] = np.sort(stream(seed, "labels", classifier).random(size))
    if years["audit_error"].any():
        sources["audit"] = stream(seed, "audit").standard_normal(size)
    return sources


def shares(inputs: Inputs, sources: Sources, share: str) -> Array:
    """Return a share in each year, of shape (years, draws), before any rounding.

    Observed years have their posterior, with errors of the labels if these take part; a share of
    the accepted papers is the product of two. Projected years have a model of the average, its
    trend, and a bend, and keep to the ratio by which errors of the labels change the observed years
    together.
    """
    observed = inputs.is_observed
    whole = inputs.years[SHARES[share][1]].to_numpy()[observed, None]
    drawn = np.repeat(inputs.years[[share]].to_numpy(), _size(sources), axis=1)
    if "sampling" in sources:
        drawn[observed] = _sampled(inputs, sources, share)
    if "projection" in sources:
        drawn[~observed] = _projected(inputs, sources["projection"], share)
    with_errors = any(name.startswith(LABELS) or name == "audit" for name in sources)
    if not with_errors or SHARES[share][0] != "trained":
        return drawn
    labels = drawn[observed].copy()
    drawn[observed] = _with_errors(inputs, sources, share, labels)
    before = np.maximum((whole * labels).sum(axis=0), 1e-300)
    ratio = (whole * drawn[observed]).sum(axis=0) / before
    most = 1.0 if SHARES[share][1] == "mentioning" else inputs.years["mentioning_share"].to_numpy()
    most = np.broadcast_to(most, len(drawn))[~observed, None]
    drawn[~observed] = np.minimum(drawn[~observed] * ratio, most)
    return drawn


def _size(sources: Sources) -> int:
    return max((values.shape[-1] for values in sources.values()), default=1)


def _quantiles(inputs: Inputs, sources: Sources) -> Any:
    """Return the quantiles of the sampling of both shares; the middle where it is fixed."""
    return sources.get("sampling", np.full((2, int(inputs.is_observed.sum()), 1), 0.5))


def _of_accepted(inputs: Inputs, sources: Sources) -> Any:
    """Return the share of the accepted papers of observed years that mention the dataset."""
    observed = inputs.years[inputs.is_observed]
    if "sampling" not in sources:
        return observed[["mentioning_share"]].to_numpy()
    rows = zip(observed["mentioning"], observed["accepted"], sources["sampling"][1], strict=True)
    return np.array([share_posterior(k, n, EXACT).at(_FIRST, u) for k, n, u in rows])


_FIRST = np.zeros(1, dtype=np.intp)


def _sampled(inputs: Inputs, sources: Sources, share: str) -> Array:
    """Draw the share of labels, corrected where the error rates are known."""
    part, whole = SHARES[share]
    of_accepted = _of_accepted(inputs, sources) if whole == "accepted" else 1.0
    if part == "mentioning":
        return np.asarray(of_accepted)
    quantiles = sources["sampling"][0]
    pairs = zip(inputs.posteriors, quantiles, strict=True)
    return np.array([first.at(_FIRST, u) for (first, _), u in pairs]) * of_accepted


def _with_errors(inputs: Inputs, sources: Sources, share: str, labels: Array) -> Array:
    """Draw the shares of observed years from the posterior with the errors of their labels."""
    observed = inputs.years[inputs.is_observed]
    of_accepted = _of_accepted(inputs, sources) if SHARES[share][1] == "accepted" else 1.0
    of_accepted = np.broadcast_to(of_accepted, labels.shape)
    quantiles, drawn = _quantiles(inputs, sources)[0], labels.copy()
    for i, row in enumerate(observed.itertuples()):
        if LABELS + row.classifier in sources:
            order, weights = inputs.particles[row.classifier]
            particle = order[np.searchsorted(weights, sources[LABELS + row.classifier])]
            drawn[i] = inputs.posteriors[i][1].at(particle, quantiles[i]) * of_accepted[i]
        elif row.audit_error and "audit" in sources:
            share_of_labels = (row.labelled + 0.5) / (row.mentioning + 1)
            sd = row.audit_error / row.mentioning / (share_of_labels * (1 - share_of_labels))
            of_mentioning = np.clip(labels[i] / of_accepted[i], 1e-9, 1 - 1e-9)
            logits = np.log(of_mentioning / (1 - of_mentioning)) + sd * sources["audit"]
            drawn[i] = of_accepted[i] / (1 + np.exp(-logits))
    return drawn


def _projected(inputs: Inputs, normals: Array, share: str) -> Array:
    """Draw the shares of projected years."""
    models = inputs.models[inputs.models["share"] == share]
    years = inputs.years.index[~inputs.is_observed]
    observed = inputs.years.index[inputs.is_observed].to_numpy()
    ahead = np.abs(years.to_numpy()[:, None] - observed).min(axis=1)
    bend_sd = inputs.priors["projection"].parameters[0]
    return draw_models(models[models["year"].isin(years)], ahead, bend_sd, normals)


def draw_models(models: pd.DataFrame, ahead: Array, bend_sd: float, normals: Array) -> Array:
    """Draw the shares of years, so many `ahead` of an observed one, from the average of models.

    `models` has their bounds and weights (`ProjectionCompared`); `normals` a quantile that chooses
    a model, from the lowest to the highest, the error of its trend, and the bend.
    """
    means, lows, highs = (
        _logit(models.pivot(index="model", columns="year", values=column).to_numpy())
        for column in ("mean", "mean_low", "mean_high")
    )
    order = np.argsort(means[:, -1], kind="stable")
    weights = models.groupby("model")["weight"].first().to_numpy()[order]
    which = np.searchsorted(np.cumsum(weights / weights.sum()), normals[0])
    chosen = order[np.minimum(which, len(order) - 1)]
    sds = (highs - lows) / (2 * Z_95)
    bend = bend_sd * np.sqrt(ahead)[:, None] * normals[2]
    logits = means.T[:, chosen] + sds.T[:, chosen] * normals[1] + bend
    drawn: Array = 1 / (1 + np.exp(-logits))
    return drawn


def _logit(shares: Array) -> Array:
    clipped = np.clip(shares, 1e-9, 1 - 1e-9)
    logits: Array = np.log(clipped / (1 - clipped))
    return logits


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


def worlds(inputs: Inputs, method: str, sources: Sources, drawn: Array | None = None) -> Worlds:
    """Take the sources of a method to papers, runs and energy; `drawn` are its `shares`."""
    if drawn is None:
        drawn = shares(inputs, sources, METHODS[method].share)
    runs = inputs.runs[inputs.runs["method"] == method].sort_values("year")

    def column(name: str) -> Any:
        return runs[name].to_numpy()[:, None]

    trained = METHODS[method].applied(drawn) * column("publications")
    papers = trained * column("variant_share") * factor(sources, Multiplies.PAPERS)
    all_runs = papers * column("runs_per_paper") * factor(sources, Multiplies.RUNS)
    training = all_runs * column("run_energy_factor")
    return Worlds(
        papers * factor(sources, Multiplies.STORAGE_ENERGY),
        all_runs,
        training * factor(sources, Multiplies.TRAINING_ENERGY),
        factor(sources, Multiplies.INTENSITY),
    )


def factor(sources: Sources, multiplies: Multiplies) -> Array:
    """Multiply the draws of the sources of one kind."""
    named = (name for name in sources if name in SOURCES)
    chosen = (sources[name] for name in named if SOURCES[name].multiplies == multiplies)
    return math.prod(chosen, start=np.ones(1))
