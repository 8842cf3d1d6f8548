"""Which source of uncertainty matters: swings one at a time, and Sobol indices."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample

from datafootprint.legacy_tables import Row
from datafootprint.literature.methods import METHODS
from datafootprint.uncertainty.chain import Inputs, draw_sources, relative_tonnes
from datafootprint.uncertainty.draws import Array
from datafootprint.uncertainty.priors import TIERS

#: Draws from which swings and inverse distribution functions are taken.
SWING_DRAWS = 20_000
#: Base sample of the Sobol indices; a power of two.
SOBOL_SAMPLES = 2048
#: Tonnes below this share of the median are cut before the logarithm: a corrected share may be 0.
LEAST_RATIO = 1e-6


def analyse_sensitivity(inputs: Inputs, training: Mapping[str, Any], seed: int) -> list[Row]:
    """Rank the sources of uncertainty of the tonnes of the training runs.

    Parameters
    ----------
    inputs : Inputs
        Shares, publications, fits, priors.
    training : mapping
        epochs and pue_target of the configuration.
    seed : int
        Of the random numbers.

    Returns
    -------
    list of dict
        The columns of the table `sensitivity`, for each method in T2 and T3; a source that is
        fixed has no row. `sampling` is all observed years together, `projection` the coefficients
        of the regression with the bend, `audit` the error of counts that an audit has corrected.
    """
    drawn = draw_sources(inputs, SWING_DRAWS, seed)
    medians = {name: float(np.median(values)) for name, values in drawn.items()}
    rows = []
    for method, chosen in METHODS.items():
        for tier in ("T2", "T3"):

            def tonnes(
                changed: Mapping[str, Array], size: int, method: str = method, tier: str = tier
            ) -> Array:
                sources = {name: np.full(size, median) for name, median in medians.items()}
                return relative_tonnes(inputs, {**sources, **changed}, method, tier, training, size)

            groups = _groups(inputs, drawn, chosen.share, tier)
            centre = float(tonnes({}, 1)[0])
            if not groups or centre == 0:
                continue
            indices = _sobol_indices(groups, drawn, tonnes, centre, seed)
            for source, names in groups.items():
                alone = tonnes({name: drawn[name] for name in names}, SWING_DRAWS) / centre
                low, high = np.quantile(alone, (0.025, 0.975)).tolist()
                rows.append(
                    {
                        "method": method,
                        "tier": tier,
                        "source": source,
                        "swing_low": low,
                        "swing_high": high,
                        **indices[source],
                    }
                )
    return rows


def _groups(
    inputs: Inputs, drawn: Mapping[str, Array], share: str, tier: str
) -> dict[str, list[str]]:
    """Map each source that is not fixed to the names of its draws."""
    groups = {}
    projected = any(row["kind"] == "projected" for row in inputs.projection.values())
    for source, first_tier in TIERS.items():
        if first_tier > tier or source == "storage_kwh_per_tb_year":
            continue
        if source == "sampling":
            names = [name for name in drawn if name.startswith(f"{share}/")]
        elif source == "projection":
            names = [name for name in drawn if name.startswith("projection/")] if projected else []
        elif source in ("sensitivity", "specificity"):
            names = [source] if any(map(inputs.uncorrected, inputs.years)) else []
        else:
            names = [source]
        if names and any(np.ptp(drawn[name]) > 0 for name in names):
            groups[source] = names
    if "audit" in drawn:
        groups["audit"] = ["audit"]
    return groups


def _sobol_indices(
    groups: Mapping[str, list[str]],
    drawn: Mapping[str, Array],
    tonnes: Callable[[Mapping[str, Array], int], Array],
    centre: float,
    seed: int,
) -> dict[str, dict[str, float]]:
    """Estimate first-order and total indices of log tonnes by SALib, a group of inputs a source.

    `tonnes` takes the draws that are not at their medians, and their number.
    """
    names = [name for members in groups.values() for name in members]
    sources = tuple(source for source, members in groups.items() for _ in members)
    points = _sobol_points(sources, seed)
    positions = (np.arange(SWING_DRAWS) + 0.5) / SWING_DRAWS
    values = {
        name: np.interp(column, positions, np.sort(drawn[name]))
        for name, column in zip(names, points.T, strict=True)
    }
    logarithms = np.log(np.maximum(tonnes(values, len(points)) / centre, LEAST_RATIO))
    found = sobol_analysis.analyze(
        _problem(sources), logarithms, calc_second_order=False, seed=seed + 1
    )
    return {
        source: {
            "first_order": float(found["S1"][i]),
            "first_order_error": float(found["S1_conf"][i]),
            "total": float(found["ST"][i]),
            "total_error": float(found["ST_conf"][i]),
        }
        for i, source in enumerate(groups)
    }


def _problem(sources: tuple[str, ...]) -> dict[str, Any]:
    """Describe uniform inputs to SALib, one for each entry; equal entries form a group."""
    return {
        "num_vars": len(sources),
        "names": [f"{source} {i}" for i, source in enumerate(sources)],
        "groups": list(sources),
        "bounds": [[0.0, 1.0]] * len(sources),
    }


@cache
def _sobol_points(sources: tuple[str, ...], seed: int) -> Array:
    """Sample the unit cube; the same for all methods. SALib takes a seed of 0 for none."""
    points: Array = sobol_sample.sample(
        _problem(sources), SOBOL_SAMPLES, calc_second_order=False, seed=seed + 1
    )
    return points
