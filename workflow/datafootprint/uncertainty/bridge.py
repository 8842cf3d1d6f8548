"""The bridge from the published estimate to the observed one, a step at a time."""

from typing import Any

import numpy as np
import pandas as pd

from datafootprint.footprint.emissions import Footprint, emitted
from datafootprint.footprint.footprint_tables import TRAINING
from datafootprint.literature.practice import OBSERVED, bases_of, run_by_year
from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import Inputs
from datafootprint.uncertainty.draws import Array, draw, stream
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
    inputs: Inputs, footprint: Footprint, siting: pd.DataFrame | None, seed: int
) -> pd.DataFrame:
    """Take the published estimate to the observed one, a step at a time: the table `Bridge`.

    Each step multiplies the training emissions of the point estimate; the range is that of its
    factor alone, and the steps after the method `as_observed` are in no point estimate. `siting`
    is a table by year; None where the grid is not the world's.
    """
    steps: list[tuple[str, str | None, Array, Any, str, str]] = []
    years = inputs.years.index
    for method, step in METHOD_STEPS.items():
        rows = inputs.runs[inputs.runs["method"] == method].sort_values("year")
        amounts = (rows["runs"] * rows["run_energy_factor"]).to_numpy()
        steps.append((step, method, amounts, None, COUNTED, "counts of papers by year"))
    bases = bases_of(inputs.training, False)
    any_variant, practice = inputs.years["any_variant"], inputs.practice
    parts = [part for part in RUN_STEPS if bases[part] != OBSERVED]
    for part in parts:
        if practice is None:
            break
        bases[part] = OBSERVED
        run = run_by_year(inputs.training, practice, bases, years, any_variant)
        product = rows["publications"].to_numpy() * rows["trained_share"].to_numpy()
        amounts = product * run.prod(axis=1).to_numpy()
        drawn = practice.draw(part, years, DRAWS, stream(seed, f"observed_{part}"))
        name, evidence = RUN_STEPS[part]
        reached = "as_observed" if part == parts[-1] else None
        steps.append((name, reached, amounts, drawn, evidence, practice.sources(part)))
    if siting is not None and practice:
        row = siting.set_index("year").reindex(years).ffill().bfill()
        amounts = amounts * row["ratio"].to_numpy()
        spread = np.linspace(row["low"] / row["ratio"], row["high"] / row["ratio"], 101).T
        steps.append(
            ("siting by authors' countries", None, amounts, spread, ASSUMED, row["source"].iloc[0])
        )
    prior = inputs.priors["share_outside_venue"]
    if prior.kind == "fixed":
        return _table(steps, footprint, years)
    drawn = draw(prior, DRAWS, stream(seed, "share_outside_venue"))
    amounts = amounts * drawn.mean()
    name = "other venues than the one that was read"
    steps.append((name, None, amounts, drawn / drawn.mean(), ASSUMED, prior.source))
    return _table(steps, footprint, years)


def _table(steps: Any, footprint: Footprint, years: Any) -> pd.DataFrame:
    grid, before, rows = footprint.configured, 0.0, []
    for order, (name, method, amounts, drawn, evidence, source) in enumerate(steps, 1):
        by_year = footprint.energy(TRAINING, amounts)
        found = emitted(by_year[:, None], years, grid)
        after = float(found["emissions_t"][0])
        factor = after / before if before else None
        low = high = None
        if drawn is not None and by_year.sum() and factor:
            spread = np.broadcast_to(drawn, (len(by_year), drawn.shape[-1]))
            mean = by_year @ spread / by_year.sum()
            low, high = (float(end) * factor for end in np.quantile(mean, (0.025, 0.975)))
        energy = float(found["energy_kwh"][0])
        gas = grid.intensity.gas_basis
        rows.append((order, name, method, factor, low, high, energy, after, gas, evidence, source))
        before = after
    return table_of(rows, Bridge)
