"""Monte Carlo from the shares to tonnes, in three nested tiers.

T1 sampling of the papers and projection; T2 also what the measurement adds; T3 also structural
assumptions, which makes it a range of scenarios and not a confidence interval.
"""

import numpy as np
import pandas as pd

from datafootprint.footprint.carbon import CarbonIntensity, Grid
from datafootprint.footprint.emissions import Footprint, consumed
from datafootprint.literature.methods import METHODS
from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import (
    APPLIED_SHARES,
    Inputs,
    Sources,
    consumption_factor,
    draw_sources,
    runs_by_year,
)
from datafootprint.uncertainty.draws import Array
from datafootprint.uncertainty.quantities import QUANTITIES, STORAGE, TRAINING, Quantity
from datafootprint.uncertainty.uncertainty_tables import Uncertainty

TIER_MEANINGS = {
    "T1": "95% interval",
    "T2": "95% interval",
    "T3": "95% scenario range",
}
QUANTILES = (0.025, 0.5, 0.975)


def propagate_uncertainty(
    inputs: Inputs, training_runs: pd.DataFrame, footprint: Footprint, draws: int, seed: int
) -> pd.DataFrame:
    """Draw the estimate many times and report the quantiles.

    Parameters
    ----------
    inputs : Inputs
        Shares, publications, fits, priors.
    training_runs : DataFrame
        The table `TrainingRuns`: the point estimate, to which a draw is a difference, so that draws
        without variance give the point estimate to the last digit.
    footprint : Footprint
        What turns runs into tonnes.
    draws : int
        Number of worlds.
    seed : int
        Of the random numbers.

    Returns
    -------
    DataFrame
        The table `Uncertainty`.
    """
    drawn = {share: draw_sources(inputs, share, draws, seed) for share in APPLIED_SHARES}
    rows = []
    for method, chosen in METHODS.items():
        sources = drawn[chosen.share]
        own = training_runs[training_runs["method"] == method].sort_values("year")
        points = _points(own, footprint)
        runs = runs_by_year(inputs, sources, method, "T1")
        for tier, meaning in TIER_MEANINGS.items():
            if tier == "T2":
                runs = runs_by_year(inputs, sources, method, tier)
            values = _tier_values(own, points["runs"], runs, sources, tier, footprint)
            for name, point in points.items():
                quantiles = np.quantile(values[name], QUANTILES)
                gas_basis = _gas_basis(QUANTITIES[name], footprint)
                rows.append((method, tier, meaning, name, gas_basis, point, *quantiles))
    return table_of(rows, Uncertainty)


def _grid(quantity: Quantity, footprint: Footprint) -> Grid | None:
    return footprint.world if quantity.by_world else footprint.configured


def _gas_basis(quantity: Quantity, footprint: Footprint) -> str | None:
    grid = _grid(quantity, footprint)
    has_gas = quantity.column in ("emissions_t", "person_equivalents")
    return grid.intensity.gas_basis if grid and has_gas else None


def _points(own: pd.DataFrame, footprint: Footprint) -> dict[str, float]:
    """Compute the point estimate of one method with the functions of the stage footprint."""
    points = {}
    for name, quantity in QUANTITIES.items():
        estimate = footprint.of_training if quantity.use == TRAINING else footprint.of_storage
        if grid := _grid(quantity, footprint):
            points[name] = float(estimate(own, grid)[quantity.column].iloc[0])
    return points


def _tier_values(
    own: pd.DataFrame,
    point_runs: float,
    runs: Array,
    sources: Sources,
    tier: str,
    footprint: Footprint,
) -> dict[str, Array]:
    """Return the draws of every quantity of the table, each of shape (draws,).

    A storing group keeps its copy once, however many runs it does: runs per paper do not multiply
    it.
    """
    own_runs = own[["runs"]].to_numpy()
    papers = point_runs + (runs - own_runs).sum(axis=0)
    # Of a world without runs the differences leave a rest of rounding, of either sign.
    papers = np.where(runs.sum(axis=0) > 0, np.maximum(papers, 0.0), 0.0)
    excess = runs / np.where(papers > 0, papers, 1.0) - own_runs / (point_runs or 1.0)
    structural = tier == "T3"
    if structural:
        papers = papers * sources["share_outside_venue"] * sources["full_dataset"]
    total = papers * sources["runs_per_paper"] if structural else papers
    training, storage = footprint.training, footprint.storage
    energy_factor = consumption_factor(sources, tier, training["epochs"], training["pue_target"])
    storage_factor: Array | float = 1.0
    if structural and storage["kwh_per_tb_year"]:
        storage_factor = sources["storage_kwh_per_tb_year"] / storage["kwh_per_tb_year"]
    amounts = {
        TRAINING: (total * energy_factor, footprint.training_energy_per_run),
        STORAGE: (papers * storage_factor, footprint.storage_energy_per_run),
    }
    grid_factor = 1.0 if tier == "T1" else sources["carbon_intensity"]
    values = {}
    for by_world, grid in ((False, footprint.configured), (True, footprint.world)):
        if grid is None:
            continue
        g_per_kwh = _mean_intensity(own, excess, grid.intensity) * grid_factor
        for use, (amount, per_run) in amounts.items():
            drawn = {"runs": total, **consumed(amount, g_per_kwh, per_run, grid)}
            for name, quantity in QUANTITIES.items():
                if (quantity.use, quantity.by_world) == (use, by_world):
                    values[name] = drawn[quantity.column]
    return values


def _mean_intensity(own: pd.DataFrame, excess: Array, intensity: CarbonIntensity) -> Array | float:
    """Return the intensity in g/kWh, weighted by the drawn share of each year in the runs.

    Parameters
    ----------
    excess : array
        Of shape (years, draws): the drawn weight of each year beyond its weight in `own`, so that
        draws without variance repeat the mean of the point estimate to the last digit.
    """
    mean = float(intensity.mean(own.set_index("year")[["runs"]]).iloc[0])
    g_per_kwh = own["year"].map(intensity.g_per_kwh).to_numpy()
    if len(set(g_per_kwh)) == 1:
        return mean
    return np.maximum(mean + (excess * g_per_kwh[:, None]).sum(axis=0), 0.0)
