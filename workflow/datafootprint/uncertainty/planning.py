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
from datafootprint.uncertainty.priors import Prior, Tier
from datafootprint.uncertainty.uncertainty_tables import NextObservation

DRAWS = 50_000
#: Papers of an audit, half of them labelled as trained.
AUDIT_SIZES = (100, 200, 400)
#: Further runs whose energy is measured.
FURTHER_RUNS = 10


def plan_next_observation(inputs: Inputs, seed: int) -> pd.DataFrame:
    """Compare the T2 width of the training tonnes now with that after one further observation.

    Parameters
    ----------
    inputs : Inputs
        Shares, publications, fits, priors.
    seed : int
        Of the random numbers; the same draws serve all actions, so that their differences are not
        noise.

    Returns
    -------
    DataFrame
        The table `NextObservation`. Actions that change nothing (no projected year, a prior that is
        fixed) are left out, and methods whose median is 0, of which no width is a part.
    """
    papers, years = inputs.years["mentioning"].round(), inputs.years.index[~inputs.is_observed]
    to_read, labelled = int(papers[years].sum()), int(papers[inputs.is_observed].sum())
    observed, further_runs = _with_years_observed(inputs), _with_further_runs(inputs)
    span = " to ".join(map(str, dict.fromkeys([*years[:1], *years[-1:]])))
    rows = []
    for share in APPLIED_SHARES:
        drawn, drawn_observed, drawn_further = (
            draw_sources(changed, share, DRAWS, seed)
            for changed in (inputs, observed, further_runs)
        )
        for name, method in METHODS.items():
            if method.share != share:
                continue
            now = _half_width(inputs, drawn, method)
            if now is None:
                continue
            unrounded = replace(method, decimals=None)
            actions: list[tuple[str, int, float | None]] = []
            if len(years):
                then = _half_width(observed, drawn_observed, method)
                actions.append((f"observe {span}", to_read, then))
            if inputs.uncorrected.any() and not _labels_are_known(inputs):
                for size in sorted({min(size, labelled) for size in AUDIT_SIZES}):
                    shares = _audited_shares(inputs, drawn, method, size, seed)
                    then = _half_width(inputs, drawn, unrounded, shares)
                    actions.append((f"audit {size} papers", size, then))
                if len(years):
                    size = min(AUDIT_SIZES[1], labelled + to_read)
                    shares = _audited_shares(observed, drawn_observed, method, size, seed)
                    then = _half_width(observed, drawn_observed, unrounded, shares)
                    action = f"observe {span} and audit {size} papers"
                    actions.append((action, to_read + size, then))
            if inputs.priors["energy_per_epoch"].kind == "student_t":
                then = _half_width(further_runs, drawn_further, method)
                actions.append((f"measure {FURTHER_RUNS} more runs", FURTHER_RUNS, then))
            for action, effort, then in actions:
                if then is not None:
                    reduction = 1 - then / now if now else 0.0
                    rows.append((name, action, effort, now, then, reduction))
    return table_of(rows, NextObservation)


def _labels_are_known(inputs: Inputs) -> bool:
    return all(inputs.priors[name].kind == "fixed" for name in ("sensitivity", "specificity"))


def _half_width(
    inputs: Inputs, drawn: Sources, method: Method, shares: Array | None = None
) -> float | None:
    """Return half the T2 interval over the median; None for a median of 0."""
    tonnes = relative_tonnes(inputs, at_tier(drawn, Tier.MEASUREMENT), method, shares)
    low, median, high = np.quantile(tonnes, (0.025, 0.5, 0.975)).tolist()
    return (high - low) / 2 / median if median else None


def _with_years_observed(inputs: Inputs) -> Inputs:
    """Return the inputs with the projected years observed at their projected counts."""
    years = inputs.years
    expected = years["trained_share_of_mentioning"] * years["mentioning"]
    trained = years["trained"].where(inputs.is_observed, expected)
    return replace(inputs, years=years.assign(kind="observed", trained=trained))


def _with_further_runs(inputs: Inputs) -> Inputs:
    """Return the inputs with more measured runs, or as they are if their spread is not measured."""
    prior = inputs.priors["energy_per_epoch"]
    if prior.kind != "student_t":
        return inputs
    cv, runs, limit = prior.parameters
    better = Prior("student_t", (cv, runs + FURTHER_RUNS, limit), prior.source)
    return replace(inputs, priors={**inputs.priors, "energy_per_epoch": better})


def _audited_shares(
    inputs: Inputs, sources: Sources, method: Method, size: int, seed: int
) -> Array:
    """Return the shares after an audit of `size` papers, half of them labelled as trained.

    Post-stratification: the share is ``label share x p + (seen - label share) x q`` with the share
    p of true cases among the papers labelled as trained and q among the others, each a Beta
    posterior after Jeffreys' prior at the counts expected from the priors of sensitivity and
    specificity, with the finite-population correction.
    """
    observed = inputs.years[inputs.is_observed]
    seen, labelled = observed["mentioning"].sum(), observed[SHARES[method.share][0]].sum()
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
    of_all = inputs.seen(method.share)[:, None]
    labels = np.minimum(share_draws(inputs, sources, method.share), of_all)
    shares: Array = labels * rates[0] + (of_all - labels) * rates[1]
    return shares
