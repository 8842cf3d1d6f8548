"""The bridge from the published estimate to the observed one, a step at a time."""

from typing import Any

import numpy as np
import pandas as pd

from datafootprint.footprint.emissions import Footprint
from datafootprint.footprint.footprint_tables import TRAINING
from datafootprint.literature.practice import OBSERVED, bases_of, run_by_year
from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import Inputs, draw_sources
from datafootprint.uncertainty.draws import Array
from datafootprint.uncertainty.priors import source_of
from datafootprint.uncertainty.uncertainty_tables import ASSUMED, COUNTED, MEASURED, Bridge

DRAWS = 20_000
#: The steps between the methods of the paper's counts.
METHOD_STEPS = {
    "as_published": "as published: share of accepted papers, years reversed",
    "year_aligned": "each year with its own share",
    "as_described": "share of the papers that mention the dataset",
}
#: The steps of what a run is: name, and what they rest on.
RUN_STEPS = {
    "variant_share": ("papers that trained on the whole dataset", MEASURED),
    "runs_per_paper": ("runs per paper", MEASURED),
    "epochs": ("epochs by year", MEASURED),
    "energy_per_epoch": ("model and hardware by year", ASSUMED),
}


def build_bridge(
    inputs: Inputs, footprint: Footprint, siting: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """Take the first method to the observed one, a step at a time: the table `Bridge`.

    Each step multiplies the training emissions of the point estimate; the range is that of its
    factor alone, and the steps after the method `as_observed` are in no point estimate. `siting`
    is `SitingByYear`, without rows where the grid is not the world's.
    """
    rows: list[tuple[Any, ...]] = []
    years, practice, grid = inputs.years.index, inputs.practice, footprint.configured
    training, sources = inputs.sections["training"], draw_sources(inputs, DRAWS, seed)
    by_part = {source_of(name).about: drawn for name, drawn in sources.items()}

    def add(amounts: Array, step: str, evidence: str, source: str, method: Any, drawn: Any) -> None:
        """Add a step to runs `amounts` by year; `drawn` are draws of its factor over the mean."""
        energy_kwh = footprint.energy(TRAINING, amounts)
        emissions = grid.emitted_by_years(energy_kwh, years)["emissions_t"].item()
        before = rows[-1][6] if rows else 0.0
        factor, ends = emissions / before if before else None, (None, None)
        if drawn is not None and factor:
            spread = np.broadcast_to(drawn, (len(years), drawn.shape[-1]))
            ends = factor * np.quantile(energy_kwh @ spread / energy_kwh.sum(), (0.025, 0.975))
        row = (len(rows) + 1, step, method, factor, *ends, emissions, grid.gas_basis)
        rows.append((*row, evidence, source))

    for method, step in METHOD_STEPS.items():
        if method not in inputs.runs["method"].unique():
            continue
        runs = inputs.runs[inputs.runs["method"] == method].sort_values("year")
        amounts = (runs["runs"] * runs["run_energy_factor"]).to_numpy()
        add(amounts, step, COUNTED, "counts of papers by year", method, None)
    bases = bases_of(training, False)
    parts = [part for part in RUN_STEPS if bases[part] != OBSERVED]
    for part in parts:
        if practice is None:
            break
        bases[part] = OBSERVED
        run = run_by_year(training, practice, bases, years, inputs.years["any_variant"])
        amounts = (runs["publications"] * runs["trained_share"]).to_numpy()
        amounts = amounts * run.prod(axis=1).to_numpy()
        step, evidence = RUN_STEPS[part]
        reached = "as_observed" if part == parts[-1] else None
        drawn = by_part.get(f"{OBSERVED} {part}")
        add(amounts, step, evidence, practice.sources(part), reached, drawn)
    if len(siting) and practice:
        row = siting.set_index("year").reindex(years).ffill().bfill()
        amounts = amounts * row["ratio"].to_numpy()
        drawn = np.linspace(row["low"] / row["ratio"], row["high"] / row["ratio"], 101).T
        step, source = "siting by authors' countries", row["source"].iloc[0]
        add(amounts, step, ASSUMED, source, None, drawn)
    if "share_outside_venue" in sources:
        drawn, source = sources["share_outside_venue"], inputs.priors["share_outside_venue"].source
        step, mean = "other venues than the one that was read", drawn.mean()
        add(amounts * mean, step, ASSUMED, source, None, drawn / mean)
    return table_of(rows, Bridge)
