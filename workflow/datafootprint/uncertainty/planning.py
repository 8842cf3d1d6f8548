"""What to observe next: how much narrower the interval would be, at the expected outcome."""

from dataclasses import replace

import numpy as np
import pandas as pd

from datafootprint.literature.methods import METHODS, Method
from datafootprint.projection.shares import SHARES
from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import (
    APPLIED_SHARES,
    LEAST_INFORMATION,
    Inputs,
    Sources,
    at_tier,
    draw_sources,
    relative_tonnes,
    share_draws,
)
from datafootprint.uncertainty.draws import Array
from datafootprint.uncertainty.priors import Tier
from datafootprint.uncertainty.uncertainty_tables import NextObservation

DRAWS = 50_000
#: Papers of an audit, half of them labelled as trained.
AUDIT_SIZES = (100, 200, 400)
#: Further runs whose energy is measured.
FURTHER_RUNS = 10


def plan_next_observation(inputs: Inputs, seed: int) -> pd.DataFrame:
    """Compare the T2 width of the training tonnes now with that after one further observation.

    The same draws serve all actions, so that their differences are not noise. Actions that change
    nothing (no projected year, a prior that is fixed) are left out, and methods whose median is 0,
    of which no width is a part.
    """
    actions = _actions(inputs)
    worlds = {id(world): world for world in (inputs, *(world for *_, world, _ in actions))}
    drawn = {
        (share, key): draw_sources(world, share, DRAWS, seed)
        for share in APPLIED_SHARES
        for key, world in worlds.items()
    }

    def half_width(method: Method, world: Inputs, audited: int) -> float | None:
        """Return half the T2 interval over the median; None for a median of 0."""
        sources, shares = drawn[method.share, id(world)], None
        if audited:
            shares = _audited_shares(world, sources, method.share, audited, seed)
            method = replace(method, decimals=None)
        tonnes = relative_tonnes(world, at_tier(sources, Tier.MEASUREMENT), method, shares)
        low, median, high = np.quantile(tonnes, (0.025, 0.5, 0.975)).tolist()
        return (high - low) / 2 / median if median else None

    rows = []
    for name, method in METHODS.items():
        now = half_width(method, inputs, 0)
        for action, effort, world, audited in actions:
            then = half_width(method, world, audited)
            if now is not None and then is not None:
                rows.append((name, action, effort, now, then, 1 - then / now if now else 0.0))
    return table_of(rows, NextObservation)


def _actions(inputs: Inputs) -> list[tuple[str, int, Inputs, int]]:
    """List the actions: name, papers or runs, inputs at the expected outcome, audited papers."""
    papers, years = inputs.years["mentioning"].round(), inputs.years.index[~inputs.is_observed]
    to_read, labelled = int(papers[years].sum()), int(papers[inputs.is_observed].sum())
    observed, span = (
        _with_years_observed(inputs),
        " to ".join(map(str, sorted({*years[:1], *years[-1:]}))),
    )
    actions = [(f"observe {span}", to_read, observed, 0)] if len(years) else []
    rates = [inputs.priors[name].kind for name in ("sensitivity", "specificity")]
    if inputs.uncorrected.any() and set(rates) != {"fixed"}:
        for size in sorted({min(size, labelled) for size in AUDIT_SIZES}):
            actions.append((f"audit {size} papers", size, inputs, size))
        if len(years):
            size = min(AUDIT_SIZES[1], labelled + to_read)
            name = f"observe {span} and audit {size} papers"
            actions.append((name, to_read + size, observed, size))
    prior = inputs.priors["energy_per_epoch"]
    if prior.kind == "student_t":
        cv, runs, limit = prior.parameters
        better = replace(prior, parameters=(cv, runs + FURTHER_RUNS, limit))
        measured = replace(inputs, priors={**inputs.priors, "energy_per_epoch": better})
        actions.append((f"measure {FURTHER_RUNS} more runs", FURTHER_RUNS, measured, 0))
    return actions


def _with_years_observed(inputs: Inputs) -> Inputs:
    """Return the inputs with the projected years observed at their projected counts."""
    years = inputs.years
    expected = years["trained_share_of_mentioning"] * years["mentioning"]
    trained = years["trained"].where(inputs.is_observed, expected)
    return replace(inputs, years=years.assign(kind="observed", trained=trained))


def _audited_shares(inputs: Inputs, sources: Sources, share: str, size: int, seed: int) -> Array:
    """Return the shares after an audit of `size` papers, half of them labelled as trained.

    Post-stratification: the share is ``label share x p + (seen - label share) x q`` with the share
    p of true cases among the papers labelled as trained and q among the others, each a Beta
    posterior after Jeffreys' prior at the counts expected from the priors of sensitivity and
    specificity, with the finite-population correction.
    """
    observed = inputs.years[inputs.is_observed]
    seen, labelled = observed["mentioning"].sum(), observed[SHARES[share][0]].sum()
    sensitivity = float(np.mean(sources["sensitivity"]))
    specificity = float(np.mean(sources["specificity"]))
    label_share = labelled / seen
    true_share = (label_share - (1 - specificity)) / max(
        sensitivity + specificity - 1, LEAST_INFORMATION
    )
    true_share = min(max(true_share, 0.0), 1.0)
    p = min(true_share * sensitivity / label_share, 1.0) if label_share else 0.0
    q = min(true_share * (1 - sensitivity) / (1 - label_share), 1.0) if label_share < 1 else 0.0
    rates = []
    for i, (rate, papers) in enumerate(((p, labelled), (q, seen - labelled))):
        audited = min(size / 2, papers)
        rng = np.random.default_rng([seed, size, i])
        drawn = rng.beta(audited * rate + 0.5, audited * (1 - rate) + 0.5, DRAWS)
        correction = np.sqrt(1 - audited / papers) if papers else 0.0
        rates.append(rate + correction * (drawn - rate))
    of_all = inputs.seen(share)[:, None]
    labels = np.minimum(share_draws(inputs, sources, share), of_all)
    shares: Array = labels * rates[0] + (of_all - labels) * rates[1]
    return shares
