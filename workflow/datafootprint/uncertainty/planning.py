"""What to observe next: how much narrower the range would be, at the expected outcome."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from datafootprint.literature.methods import METHODS
from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import (
    APPLIED_SHARES,
    Inputs,
    at_tier,
    draw_sources,
    posteriors_of,
    shares,
    sources_of,
    worlds,
)
from datafootprint.uncertainty.label_errors import audited
from datafootprint.uncertainty.priors import Prior, Tier
from datafootprint.uncertainty.uncertainty_tables import NextObservation

DRAWS = 20_000
#: Papers of an audit, half of them labelled as trained.
AUDIT_SIZES = (100, 200, 400)
#: Further runs whose energy is measured.
FURTHER_RUNS = 10
#: Less is noise of the draws, and not worth an effort.
LEAST_REDUCTION = 0.01
#: An action: its name, papers or runs, the tier whose range it narrows, inputs at its outcome.
Action = tuple[str, int, Tier, Inputs]


def plan_next_observation(inputs: Inputs, seed: int) -> pd.DataFrame:
    """Compare the width of the training tonnes now with that after one further observation.

    The same draws serve all actions, so that their differences are not noise. Actions that do not
    narrow the range of a method are left out, and methods whose median is 0, of which no width is
    a part.
    """

    def half_widths(world: Inputs, tier: Tier) -> dict[str, float | None]:
        """Return half the range over the median by method; None for a median of 0."""
        drawn, found = at_tier(draw_sources(world, DRAWS, seed), tier), {}
        shared = {share: shares(world, drawn, share) for share in APPLIED_SHARES}
        for method in inputs.runs["method"].unique():
            sources, share = sources_of(world, drawn, method), METHODS[method].share
            tonnes = worlds(world, method, sources, shared[share]).relative_tonnes
            low, median, high = np.quantile(tonnes, (0.025, 0.5, 0.975)).tolist()
            found[method] = (high - low) / 2 / median if median else None
        return found

    now = {tier: half_widths(inputs, tier) for tier in (Tier.MEASURED, Tier.ASSUMED)}
    rows = []
    for action, effort, tier, world in _actions(inputs):
        then = half_widths(world, tier)
        for method, after in then.items():
            before = now[tier][method]
            if before and after is not None and 1 - after / before >= LEAST_REDUCTION:
                rows.append((method, action, effort, before, after, 1 - after / before, tier))
    return table_of(rows, NextObservation)


def _actions(inputs: Inputs) -> Iterator[Action]:
    papers, years = inputs.years["mentioning"].round(), inputs.years.index[~inputs.is_observed]
    to_read, labelled = int(papers[years].sum()), int(papers[inputs.is_observed].sum())
    observed, span = (
        _with_years_observed(inputs),
        " to ".join(map(str, sorted({*years[:1], *years[-1:]}))),
    )
    if len(years):
        yield f"observe {span}", to_read, Tier.MEASURED, observed
    if inputs.rates:
        for size in sorted({min(size, labelled) for size in AUDIT_SIZES}):
            yield f"audit {size} papers", size, Tier.MEASURED, _audited(inputs, size)
        if len(years):
            size = min(AUDIT_SIZES[1], labelled + to_read)
            name = f"observe {span} and audit {size} papers"
            yield name, to_read + size, Tier.MEASURED, _audited(observed, size)
    prior = inputs.priors["energy_per_epoch"]
    if prior.kind == "student_t":
        cv, runs, limit = prior.parameters
        better = replace(prior, parameters=(cv, runs + FURTHER_RUNS, limit))
        measured = _with_prior(inputs, "energy_per_epoch", better)
        yield f"measure {FURTHER_RUNS} more runs", FURTHER_RUNS, Tier.MEASURED, measured
    if inputs.practice:
        more, read = inputs.practice.one_more_year()
        name = "read how the papers of one more year trained"
        yield name, read, Tier.MEASURED, replace(inputs, practice=more)
    prior = inputs.priors["references_searched"]
    if prior.kind != "fixed":
        searched = Prior("fixed", (1,), "known")
        known = _with_prior(inputs, "references_searched", searched)
        yield "learn whether the literature is counted with references", 0, Tier.ASSUMED, known


def _with_prior(inputs: Inputs, source: str, prior: Prior) -> Inputs:
    return replace(inputs, priors={**inputs.priors, source: prior})


def _audited(inputs: Inputs, size: int) -> Inputs:
    """Return the inputs after an audit of `size` papers, half of them labelled as trained."""
    observed = inputs.years[inputs.is_observed]
    rates = {}
    for name, known in inputs.rates.items():
        own = observed[observed["classifier"] == name]
        rates[name] = audited(known, own["labelled"].sum(), own["mentioning"].sum(), size)
    return replace(inputs, rates=rates)


def _with_years_observed(inputs: Inputs) -> Inputs:
    """Return the inputs with the projected years observed at their projected counts."""
    years, ahead = inputs.years, ~inputs.is_observed
    expected = (years["trained_share_of_mentioning"] * years["mentioning"])[ahead]
    observed = years.assign(kind="observed")
    observed.loc[ahead, "labelled"] = expected
    observed.loc[ahead, "classifier"] = years.loc[~ahead, "classifier"].mode().iloc[0]
    posteriors = posteriors_of(observed, inputs.rates)
    return replace(inputs, years=observed, posteriors=posteriors)
