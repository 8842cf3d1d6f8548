"""Monte Carlo from the shares to tonnes, in three nested tiers.

Statistical: sampling of the papers and projection. Measured: also errors that data speak about.
Assumed: also what nobody has measured, which makes it a range of scenarios.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.footprint.carbon import Grid
from datafootprint.footprint.emissions import Footprint, emitted
from datafootprint.footprint.footprint_tables import STORAGE, TRAINING
from datafootprint.literature.methods import METHODS
from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import (
    Inputs,
    Worlds,
    at_tier,
    draw_sources,
    shares,
    sources_of,
    worlds,
)
from datafootprint.uncertainty.draws import Array
from datafootprint.uncertainty.priors import Tier
from datafootprint.uncertainty.uncertainty_tables import QUANTITIES, Quantity, Uncertainty

QUANTILES = (0.025, 0.5, 0.975)


def propagate_uncertainty(
    inputs: Inputs, footprint: Footprint, draws: int, seed: int
) -> pd.DataFrame:
    """Draw the estimate many times and report the quantiles: the table `Uncertainty`."""
    drawn = draw_sources(inputs, draws, seed)
    found: dict[tuple[str, bool], Array] = {}
    rows = []
    for method in inputs.runs["method"].unique():
        share = METHODS[method].share
        points = dict(_quantities(worlds(inputs, method, {}), inputs, footprint))
        for tier in Tier:
            sources = at_tier(sources_of(inputs, drawn, method), tier)
            # The shares of the other tiers have the same sources.
            key = share, tier is Tier.STATISTICAL
            if key not in found:
                found[key] = shares(inputs, sources, share)
            world = worlds(inputs, method, sources, found[key])
            for name, values in _quantities(world, inputs, footprint):
                grid = _grid(QUANTITIES[name], footprint)
                gas_basis = grid.intensity.gas_basis if QUANTITIES[name].has_gas else None
                quantiles = np.quantile(values, QUANTILES)
                point = float(points[name][0])
                rows.append((method, tier, tier.meaning, name, gas_basis, point, *quantiles))
    return table_of(rows, Uncertainty)


def _grid(quantity: Quantity, footprint: Footprint) -> Grid:
    if quantity.by_world and footprint.world:
        return footprint.world
    return footprint.configured


def _quantities(world: Worlds, inputs: Inputs, footprint: Footprint) -> Iterator[tuple[str, Array]]:
    """Return the draws of each of `QUANTITIES`."""
    amounts = {TRAINING: world.training, STORAGE: world.papers}
    columns: dict[tuple[str, bool], dict[str, Any]] = {}
    for name, quantity in QUANTITIES.items():
        key = quantity.use, quantity.by_world
        if quantity.by_world and not footprint.world:
            continue
        if key not in columns:
            energy_kwh = footprint.energy(quantity.use, amounts[quantity.use])
            grid = _grid(quantity, footprint)
            found = emitted(energy_kwh, inputs.years.index, grid, world.siting)
            columns[key] = {"runs": world.runs.sum(axis=0), **found}
        yield name, columns[key][quantity.column]
