"""Which source of uncertainty matters: swings one at a time, and Sobol indices."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample

from datafootprint.literature.methods import METHODS, Method
from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import (
    APPLIED_SHARES,
    Inputs,
    Sources,
    at_tier,
    draw_sources,
    relative_tonnes,
    tier_of,
)
from datafootprint.uncertainty.draws import Array
from datafootprint.uncertainty.priors import Tier
from datafootprint.uncertainty.uncertainty_tables import RANKED_TIERS, Sensitivity

#: Draws from which swings and inverse distribution functions are taken.
SWING_DRAWS = 20_000
#: Base sample of the Sobol indices; a power of two.
SOBOL_SAMPLES = 2048
#: Resamples behind the errors of the indices.
SOBOL_RESAMPLES = 25
#: Tonnes below this share of the median are cut before the logarithm: a corrected share may be 0.
LEAST_RATIO = 1e-6


def analyse_sensitivity(inputs: Inputs, seed: int) -> pd.DataFrame:
    """Rank the sources of uncertainty of the tonnes of the training runs: the table `Sensitivity`.

    A source that is fixed has no row. `sampling` is all observed years together, `projection` the
    coefficients of the regression with the bend, `audit` the error of counts that an audit has
    corrected.
    """
    draws = {share: draw_sources(inputs, share, SWING_DRAWS, seed) for share in APPLIED_SHARES}
    rows = []
    for method, chosen in METHODS.items():
        drawn = draws[chosen.share]
        for tier in RANKED_TIERS:
            tonnes = partial(_tonnes, inputs, drawn, chosen, tier)
            sources = _uncertain(inputs, drawn, tier)
            centre = float(tonnes({})[0])
            if not sources or centre == 0:
                continue
            indices = _sobol_indices(sources, drawn, tonnes, centre, seed)
            for source in sources:
                alone = tonnes({source: drawn[source]}) / centre
                swing = np.quantile(alone, (0.025, 0.975))
                rows.append((method, tier, source, *swing, *indices[source]))
    return table_of(rows, Sensitivity)


def _tonnes(inputs: Inputs, drawn: Sources, method: Method, tier: Tier, changed: Sources) -> Array:
    """Return the tonnes with all sources at their medians but those that are `changed`."""
    medians = {name: np.median(values, axis=-1, keepdims=True) for name, values in drawn.items()}
    return relative_tonnes(inputs, at_tier({**medians, **changed}, tier), method)


def _uncertain(inputs: Inputs, drawn: Sources, tier: Tier) -> list[str]:
    """List the sources that take part and are not fixed."""
    idle = {"storage_kwh_per_tb_year"}
    if inputs.is_observed.all():
        idle |= {"projection"}
    if not inputs.uncorrected.any():
        idle |= {"sensitivity", "specificity"}
    return [
        name
        for name, values in drawn.items()
        if tier.holds(tier_of(name)) and name not in idle and np.ptp(values, axis=-1).max() > 0
    ]


def _sobol_indices(
    sources: list[str],
    drawn: Sources,
    tonnes: Callable[[Sources], Array],
    centre: float,
    seed: int,
) -> dict[str, tuple[float, ...]]:
    """Estimate first-order and total indices of log tonnes, each with its error, by SALib.

    A source of several draws is a group of inputs.
    """
    members = tuple(name for name in sources for _ in np.atleast_2d(drawn[name]))
    points = _sobol_points(members, seed).T
    positions = (np.arange(SWING_DRAWS) + 0.5) / SWING_DRAWS
    changed = {}
    for name in sources:
        columns = points[[member == name for member in members]]
        values = [
            np.interp(column, positions, np.sort(draws))
            for column, draws in zip(columns, np.atleast_2d(drawn[name]), strict=True)
        ]
        changed[name] = np.array(values).reshape(*drawn[name].shape[:-1], -1)
    logarithms = np.log(np.maximum(tonnes(changed) / centre, LEAST_RATIO))
    found = sobol_analysis.analyze(
        _problem(members),
        logarithms,
        calc_second_order=False,
        num_resamples=SOBOL_RESAMPLES,
        seed=seed + 1,
    )
    indices = (found[name] for name in ("S1", "S1_conf", "ST", "ST_conf"))
    return dict(zip(sources, zip(*indices, strict=True), strict=True))


def _problem(members: tuple[str, ...]) -> dict[str, Any]:
    """Describe uniform inputs to SALib, one per entry; equal entries form a group."""
    return {
        "num_vars": len(members),
        "names": [f"{source} {i}" for i, source in enumerate(members)],
        "groups": list(members),
        "bounds": [[0.0, 1.0]] * len(members),
    }


@cache
def _sobol_points(members: tuple[str, ...], seed: int) -> Array:
    """Sample the unit cube; the same for all methods. SALib takes a seed of 0 for none."""
    points: Array = sobol_sample.sample(
        _problem(members), SOBOL_SAMPLES, calc_second_order=False, seed=seed + 1
    )
    return points
