"""Monte Carlo from the shares to tonnes, in nested tiers."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from datafootprint.footprint.emissions import Footprint
from datafootprint.footprint.footprint_tables import STORAGE, TRAINING
from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import Inputs, Worlds, draw_sources, taking_part, worlds
from datafootprint.uncertainty.draws import Array
from datafootprint.uncertainty.priors import Tier
from datafootprint.uncertainty.uncertainty_tables import Uncertainty

QUANTILES = (0.025, 0.5, 0.975)


def propagate_uncertainty(
    inputs: Inputs, footprint: Footprint, draws: int, seed: int
) -> pd.DataFrame:
    """Draw the estimate many times and report the quantiles: the table `Uncertainty`."""
    drawn, rows = draw_sources(inputs, draws, seed), []
    for method in inputs.runs["method"].unique():
        points = list(_quantities(worlds(inputs, method, {}), inputs, footprint))
        for tier in Tier:
            world = worlds(inputs, method, taking_part(inputs, drawn, method, tier))
            found = _quantities(world, inputs, footprint)
            for (name, gas, values), (*_, point) in zip(found, points, strict=True):
                quantiles = np.quantile(values, QUANTILES)
                rows.append((method, tier, tier.meaning, name, gas, point.item(), *quantiles))
    return table_of(rows, Uncertainty)


def _quantities(
    world: Worlds, inputs: Inputs, footprint: Footprint
) -> Iterator[tuple[str, str | None, Array]]:
    """Return name, gas and draws of each of `QUANTITIES`."""
    yield "runs", None, world.runs.sum(axis=0)
    for use, amounts in ((TRAINING, world.training), (STORAGE, world.papers)):
        energy_kwh = footprint.energy(use, amounts)
        yield f"{use}_energy_kwh", None, energy_kwh.sum(axis=0)
        grids = {"": footprint.configured, "_world_by_year": footprint.world}
        for suffix, grid in grids.items():
            if grid is None:
                continue
            found = grid.emitted_by_years(energy_kwh, inputs.years.index, world.siting)
            yield f"{use}_emissions{suffix}_t", grid.gas_basis, found["emissions_t"]
            if not suffix:
                yield f"{use}_person_equivalents", grid.gas_basis, found["person_equivalents"]
