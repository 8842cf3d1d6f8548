"""What to observe next: how much narrower the range would be, at the expected outcome."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import AUDIT, READ, Inputs, draw_sources, taking_part, worlds
from datafootprint.uncertainty.label_errors import audit_error, replicated
from datafootprint.uncertainty.priors import Tier
from datafootprint.uncertainty.uncertainty_tables import RANKED_TIERS, NextObservation

DRAWS = 20_000
#: Papers of an audit, half of them labelled as trained.
AUDIT_SIZES = (100, 200, 400)
#: Further runs whose energy is measured.
FURTHER_RUNS = 10
#: Pascal, Volta, Turing, Ampere, Ada, Hopper, taken to be alike: what is left of the standard
#: deviation of the energy of a mean run when one of them is known.
STILL_UNKNOWN = (1 - 1 / 6) ** 0.5
#: Less is noise of the draws, and not worth an effort.
LEAST_REDUCTION = 0.01


def plan_next_observation(inputs: Inputs, seed: int) -> pd.DataFrame:
    """Compare the width of the training tonnes now with that after one further observation.

    The same draws serve all actions, so that their differences are not noise. Actions that do not
    narrow the range of a method are left out, and methods whose median is 0, of which no width is
    a part.
    """
    now = {tier: _half_widths(inputs, tier, seed) for tier in RANKED_TIERS}
    rows = []
    for action, effort, tier, world in _actions(inputs):
        before, after = now[tier], _half_widths(world, tier, seed)
        reduction = 1 - after / before
        for method in reduction.index[reduction >= LEAST_REDUCTION]:
            widths = before[method], after[method], reduction[method]
            rows.append((method, action, effort, *widths, tier))
    return table_of(rows, NextObservation)


def _half_widths(inputs: Inputs, tier: Tier, seed: int) -> pd.Series:
    drawn, found = draw_sources(inputs, DRAWS, seed), {}
    for method in inputs.runs["method"].unique():
        tonnes = worlds(inputs, method, taking_part(inputs, drawn, method, tier)).tonnes
        low, median, high = np.quantile(tonnes, (0.025, 0.5, 0.975))
        found[method] = (high - low) / 2 / median if median else np.nan
    return pd.Series(found)


def _actions(inputs: Inputs) -> Iterator[tuple[str, int, Tier, Inputs]]:
    """Return what can be done: name, effort, tier whose range it narrows, inputs at its outcome."""
    years, practice, priors = inputs.years, inputs.practice, inputs.priors
    papers, ahead = years["mentioning"].round().astype(int), ~inputs.is_observed
    if ahead.any():
        span = " to ".join(map(str, sorted({*years.index[ahead][[0, -1]]})))
        yield f"observe {span}", papers[ahead].sum(), Tier.MEASURED, _with_years_observed(inputs)
    auditable = years["is_live"] & years["classifier"].isin(list(inputs.rates))
    labelled = papers[auditable].sum()
    for size in sorted({min(size, labelled) for size in AUDIT_SIZES} - {0}):
        name = f"audit {size} papers: check their labels by hand"
        yield name, size, Tier.MEASURED, _audited(inputs, auditable, size)
    if priors["energy_per_epoch"].kind == "student_t":
        cv, runs, limit = priors["energy_per_epoch"].parameters
        measured = _with(inputs, "energy_per_epoch", parameters=(cv, runs + FURTHER_RUNS, limit))
        yield f"measure {FURTHER_RUNS} more runs", FURTHER_RUNS, Tier.MEASURED, measured
    if priors["model_and_hardware"].kind == "lognormal":
        median, gsd = priors["model_and_hardware"].parameters
        measured = _with(inputs, "model_and_hardware", parameters=(median, gsd**STILL_UNKNOWN))
        if practice:
            narrower = practice.narrowed("energy_per_epoch", STILL_UNKNOWN)
            measured = replace(measured, practice=narrower)
        yield "measure an epoch on one more generation of GPUs", 1, Tier.ASSUMED, measured
    if practice:
        more, read = practice.one_more_year()
        world = replace(inputs, practice=more)
        if READ in inputs.rates:
            trained, mean = practice.trained / practice.years_read, inputs.rates[READ].mean
            found = trained * mean.sensitivity + (read - trained) * (1 - mean.specificity)
            counts = (found, np.array([trained]), np.array([float(read)]))
            rates = {**inputs.rates, READ: replicated(inputs.rates[READ], *counts)}
            world = replace(world, rates=rates)
        yield "read how the papers of one more year trained", read, Tier.MEASURED, world
        name = f"check {practice.on_dataset:.0f} of the read papers by hand: count their runs"
        counted = replace(inputs, practice=practice.narrowed("models", 0.0))
        yield name, round(practice.on_dataset), Tier.MEASURED, counted
    if priors["references_searched"].kind != "fixed":
        known = _with(inputs, "references_searched", kind="fixed", parameters=(1,))
        yield "learn whether the literature is counted with references", 0, Tier.ASSUMED, known


def _with(inputs: Inputs, name: str, **changed: Any) -> Inputs:
    return replace(inputs, priors={**inputs.priors, name: replace(inputs.priors[name], **changed)})


def _with_years_observed(inputs: Inputs) -> Inputs:
    """Return the inputs with the projected years observed at their projected counts."""
    years, ahead = inputs.years.assign(kind="observed"), ~inputs.is_observed
    expected = years["trained_share_of_mentioning"] * years["mentioning"]
    years["labelled"] = years["labelled"].mask(ahead, expected)
    relative = (years["audit_error"] / years["mentioning"]).mean()
    years["audit_error"] = years["audit_error"].fillna(relative * years["mentioning"])
    who = years["classifier"][~ahead].mode().iloc[0]
    return replace(inputs, years=years.assign(classifier=years["classifier"].mask(ahead, who)))


def _audited(inputs: Inputs, auditable: Any, size: int) -> Inputs:
    years = inputs.years.copy()
    for who, own in years[auditable].groupby("classifier").groups.items():
        mean = inputs.rates[str(who)].mean
        labelled, papers = years["labelled"][own], years["judged"][own]
        error = audit_error(mean, labelled.sum(), papers.sum(), size)
        years.loc[own, "labelled"] = mean.corrected(labelled / papers).clip(0, 1) * papers
        years.loc[own, "judged"] = years["mentioning"][own]
        years.loc[own, "audit_error"] = error * papers / papers.sum()
        years.loc[own, "classifier"] = AUDIT
    left = {who: inputs.rates[who] for who in inputs.rates if who in set(years["classifier"])}
    return replace(inputs, years=years, rates=left)
