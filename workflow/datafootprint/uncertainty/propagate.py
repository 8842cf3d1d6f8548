"""Monte Carlo from the shares to tonnes, in three nested tiers.

T1 sampling of the papers and projection; T2 also what the measurement adds; T3 also structural
assumptions, which makes it a range of scenarios and not a confidence interval.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from datafootprint.footprint.carbon import TABLE_GAS_BASIS, CarbonIntensity, Grid
from datafootprint.footprint.chain import Footprint
from datafootprint.footprint.emissions import consumed
from datafootprint.legacy_tables import Row
from datafootprint.literature.methods import METHODS
from datafootprint.uncertainty.chain import (
    Inputs,
    consumption_factor,
    draw_sources,
    runs_by_year,
)
from datafootprint.uncertainty.draws import Array

TIER_MEANINGS = {
    "T1": "95% interval",
    "T2": "95% interval",
    "T3": "95% scenario range",
}
QUANTILES = (0.025, 0.5, 0.975)


def propagate_uncertainty(
    inputs: Inputs, training_runs: Sequence[Row], footprint: Footprint, draws: int, seed: int
) -> list[Row]:
    """Draw the estimate many times and report the quantiles.

    Parameters
    ----------
    inputs : Inputs
        Shares, publications, fits, priors.
    training_runs : rows
        The table `training_runs`: the point estimate, to which a draw is a difference, so that
        draws without variance give the point estimate to the last digit.
    footprint : Footprint
        What turns runs into tonnes.
    draws : int
        Number of worlds.
    seed : int
        Of the random numbers.

    Returns
    -------
    list of dict
        The columns of the table `uncertainty`.
    """
    sources = draw_sources(inputs, draws, seed)
    rows = []
    for method in METHODS:
        own = [row for row in training_runs if row["method"] == method]
        points = _points(own, footprint)
        runs = runs_by_year(inputs, sources, method, "T1", draws)
        for tier, meaning in TIER_MEANINGS.items():
            if tier == "T2":
                runs = runs_by_year(inputs, sources, method, tier, draws)
            values = _tier_values(own, points, runs, sources, tier, footprint)
            for name, drawn in values.items():
                low, median, high = np.quantile(drawn, QUANTILES).tolist()
                rows.append(
                    {
                        "method": method,
                        "tier": tier,
                        "tier_meaning": meaning,
                        "quantity": name,
                        "gas_basis": _gas_basis(name, footprint),
                        "point": points[name],
                        "p2_5": low,
                        "p50": median,
                        "p97_5": high,
                    }
                )
    return rows


def _names(use: str, is_world: bool) -> dict[str, str]:
    """Map the columns of the stage footprint to the quantities of the table `uncertainty`."""
    if is_world:
        return {"emissions_t": f"{use}_emissions_world_by_year_t"}
    return {
        column: f"{use}_{column}" for column in ("energy_kwh", "emissions_t", "person_equivalents")
    }


def _grids(footprint: Footprint) -> list[tuple[bool, Grid]]:
    grids = [(False, footprint.configured)]
    return [*grids, (True, footprint.world)] if footprint.world else grids


def _gas_basis(quantity: str, footprint: Footprint) -> str | None:
    if "world" in quantity:
        return TABLE_GAS_BASIS
    if "emissions" in quantity or "person" in quantity:
        return footprint.configured.intensity.gas_basis
    return None


def _points(own: Sequence[Row], footprint: Footprint) -> dict[str, float]:
    """Compute the point estimate of one method with the functions of the stage footprint."""
    points: dict[str, float] = {}
    for is_world, grid in _grids(footprint):
        (trained,) = footprint.of_training(own, grid)
        (stored,) = footprint.of_storage(own, grid)
        points["runs"] = trained["runs"]
        for use, row in (("training", trained), ("storage", stored)):
            points |= {name: row[column] for column, name in _names(use, is_world).items()}
    return points


def _tier_values(
    own: Sequence[Row],
    points: Mapping[str, float],
    runs: Mapping[int, Array],
    sources: Mapping[str, Array],
    tier: str,
    footprint: Footprint,
) -> dict[str, Array]:
    """Return the draws of every quantity of the table, each of shape (draws,).

    A storing group keeps its copy once, however many runs it does: runs a paper do not multiply it.
    """
    papers = points["runs"] + sum(runs[row["year"]] - row["runs"] for row in own)
    # Of a world without runs the differences leave a rest of rounding, of either sign.
    papers = np.where(sum(runs.values()) > 0, np.maximum(papers, 0.0), 0.0)
    weights = {row["year"]: runs[row["year"]] / np.where(papers > 0, papers, 1.0) for row in own}
    structural = tier == "T3"
    if structural:
        papers = papers * sources["share_outside_venue"] * sources["full_dataset"]
    total = papers * sources["runs_per_paper"] if structural else papers
    training, storage = footprint.training, footprint.storage
    energy_factor = consumption_factor(sources, tier, training["epochs"], training["pue_target"])
    storage_factor = 1.0
    if structural and storage["kwh_per_tb_year"]:
        storage_factor = sources["storage_kwh_per_tb_year"] / storage["kwh_per_tb_year"]
    grid_factor = 1.0 if tier == "T1" else sources["carbon_intensity"]
    values: dict[str, Array] = {"runs": total}
    for is_world, grid in _grids(footprint):
        g_per_kwh = _mean_intensity(own, points["runs"], weights, grid.intensity) * grid_factor
        for use, amount, per_run in (
            ("training", total * energy_factor, footprint.training_energy_per_run),
            ("storage", papers * storage_factor, footprint.storage_energy_per_run),
        ):
            drawn = consumed(amount, g_per_kwh, per_run, grid)
            values |= {name: drawn[column] for column, name in _names(use, is_world).items()}
    return values


def _mean_intensity(
    own: Sequence[Row],
    point_runs: float,
    weights: Mapping[int, Array],
    intensity: CarbonIntensity,
) -> Array | float:
    """Return the intensity in g/kWh, weighted by the drawn share of each year in the runs.

    As the difference to the point estimate, whose own sum it then repeats to the last digit.
    """
    g_per_kwh = {row["year"]: intensity.g_per_kwh[row["year"]] for row in own}
    if len(set(g_per_kwh.values())) == 1:
        return g_per_kwh[own[0]["year"]]
    safe_runs = point_runs or 1.0
    mean: Array | float = intensity.mean({row["year"]: row["runs"] for row in own})
    for row in own:
        mean = mean + (weights[row["year"]] - row["runs"] / safe_runs) * g_per_kwh[row["year"]]
    return np.maximum(mean, 0.0)
