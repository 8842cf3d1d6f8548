"""Energy and emissions of training runs and of stored copies.

Formulas of Section 3 of "Stop Preaching and Start Practising Data Frugality" (arXiv 2602.19789):
training energy = runs x epochs x kWh per epoch; storage energy = runs x copies x size x energy
intensity of storage x years; emissions = energy x carbon intensity; person equivalents = emissions
over the annual emissions of a person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from datafootprint.energy.epoch import run_energy_per_epoch
from datafootprint.footprint.carbon import Grid, read_grid
from datafootprint.literature.runs import runs_by_method
from datafootprint.units import quantity

#: The reference that does not move with the configured intensity: the world's, each run's year.
WORLD_BY_YEAR = {"country": "World", "year": "each", "per_capita_t": None}


@dataclass(frozen=True)
class Footprint:
    """What turns training runs into tonnes.

    Attributes
    ----------
    training, storage : mapping
        The sections of the configuration.
    size_gb : float
        Size of one copy in decimal gigabytes.
    energy_per_epoch : quantity in kWh / epoch
    configured : Grid
        The electricity that the configuration chose.
    world : Grid or None
        The world's lifecycle intensity of each run's year, which does not move with the
        configuration; None where the table does not reach back that far.
    """

    training: Mapping[str, Any]
    storage: Mapping[str, Any]
    size_gb: float
    energy_per_epoch: Any
    configured: Grid
    world: Grid | None

    @property
    def training_energy_per_run(self) -> Any:
        """Energy of one training run, in kWh / run."""
        return training_energy_per_run(self.training["epochs"], self.energy_per_epoch)

    @property
    def storage_energy_per_run(self) -> Any:
        """Energy of keeping the copies of one run, in kWh / run."""
        return storage_energy_per_run(self.storage, self.size_gb)

    def of_training(self, training_runs: pd.DataFrame, grid: Grid) -> pd.DataFrame:
        """Return the table `TrainingEmissions`, with the electricity of `grid`."""
        return estimate_training(
            training_runs, self.training["epochs"], self.energy_per_epoch, grid
        )

    def of_storage(self, training_runs: pd.DataFrame, grid: Grid) -> pd.DataFrame:
        """Return the table `StorageEmissions`, with the electricity of `grid`."""
        return estimate_storage(training_runs, self.storage, self.size_gb, grid)


def read_footprint(
    sections: Mapping[str, Any],
    energy: Any,
    intensities: pd.DataFrame,
    per_capita: pd.DataFrame,
    years: Iterable[int],
) -> Footprint:
    """Put together what turns runs into tonnes.

    Parameters
    ----------
    sections : mapping
        training, storage, dataset (size_gb), carbon.
    energy, intensities, per_capita : DataFrame
        The tables `EnergyPerEpoch`, `CarbonIntensityByYear`, `PerCapitaEmissions`.
    years : iterable of int
        Years of the runs, in any order; a year may repeat.

    Raises
    ------
    DatafootprintError
        If the tables lack the configured model and subset, country or year.
    """
    years = list(years)
    world_years = intensities["year"][intensities["iso3"] == WORLD_BY_YEAR["country"]]
    return Footprint(
        sections["training"],
        sections["storage"],
        sections["dataset"]["size_gb"],
        run_energy_per_epoch(energy, sections["training"]),
        read_grid(sections["carbon"], intensities, per_capita, years),
        read_grid(WORLD_BY_YEAR, intensities, per_capita, years)
        if world_years.min() <= min(years)
        else None,
    )


def estimate_training(
    training_runs: pd.DataFrame, epochs: float, energy_per_epoch: Any, grid: Grid
) -> pd.DataFrame:
    """Estimate what all training runs consumed, by each method.

    Parameters
    ----------
    training_runs : DataFrame
        method, year, runs.
    epochs : float
        Epochs per run.
    energy_per_epoch : quantity in kWh / epoch
    grid : Grid
        With the intensity of each year of `training_runs`.

    Returns
    -------
    DataFrame
        The table `TrainingEmissions`.
    """
    return _totals(training_runs, training_energy_per_run(epochs, energy_per_epoch), grid)


def estimate_storage(
    training_runs: pd.DataFrame, storage: Mapping[str, Any], size_gb: float, grid: Grid
) -> pd.DataFrame:
    """Estimate what storing the copies of all runs consumes, by each method.

    Parameters
    ----------
    training_runs : DataFrame
        method, year, runs.
    storage : mapping
        copies_per_run, kwh_per_tb_year, years.
    size_gb : float
        Size of one copy in decimal gigabytes.
    grid : Grid
        With the intensity of each year of `training_runs`; a copy has that of its run's year.

    Returns
    -------
    DataFrame
        The table `StorageEmissions`.
    """
    totals = _totals(training_runs, storage_energy_per_run(storage, size_gb), grid)
    stored = quantity(totals["runs"].to_numpy(), "run") * storage_per_run(storage, size_gb)
    totals.insert(2, "storage_tb", stored.to("TB").magnitude)
    return totals


def training_energy_per_run(epochs: float, energy_per_epoch: Any) -> Any:
    """Return the energy of one training run, in kWh / run."""
    return quantity(epochs, "epoch / run") * energy_per_epoch


def storage_per_run(storage: Mapping[str, Any], size_gb: float) -> Any:
    """Return the data that one run keeps, in decimal TB / run."""
    copies = quantity(storage["copies_per_run"], "copy / run")
    return (copies * quantity(size_gb, "GB / copy")).to("TB / run")


def storage_energy_per_run(storage: Mapping[str, Any], size_gb: float) -> Any:
    """Return the energy of keeping the copies of one run, in kWh / run."""
    return storage_energy(storage_per_run(storage, size_gb), storage)


def storage_energy(data: Any, storage: Mapping[str, Any]) -> Any:
    """Return the energy of keeping `data`, a quantity in TB or in TB / run.

    Parameters
    ----------
    data : quantity
    storage : mapping
        kwh_per_tb_year, years.

    Returns
    -------
    quantity in kWh or kWh / run
    """
    per_year = quantity(storage["kwh_per_tb_year"], "kWh / TB / year")
    return data * per_year * quantity(storage["years"], "year")


def consumed(runs: Any, g_per_kwh: Any, energy_per_run: Any, grid: Grid) -> dict[str, Any]:
    """Turn runs into energy, emissions and person equivalents.

    Parameters
    ----------
    runs, g_per_kwh : float or array
        Training runs, and the carbon intensity of their electricity in g/kWh.
    energy_per_run : quantity in kWh / run
    grid : Grid
        Names the gas of `g_per_kwh` and what a person emits of it.

    Returns
    -------
    dict
        energy_kwh, emissions_t, person_equivalents, each of the shape of `runs`.
    """
    energy_kwh = (quantity(runs, "run") * energy_per_run).to("kWh").magnitude
    return {"energy_kwh": energy_kwh, **grid.emitted(energy_kwh, g_per_kwh)}


def _totals(training_runs: pd.DataFrame, energy_per_run: Any, grid: Grid) -> pd.DataFrame:
    """Add up over the years; the intensity is the mean weighted by energy."""
    by_method = runs_by_method(training_runs)
    runs, g_per_kwh = by_method.sum(), grid.intensity.mean(by_method)
    found = consumed(runs.to_numpy(), g_per_kwh.to_numpy(), energy_per_run, grid)
    totals = pd.DataFrame(
        {
            "method": runs.index,
            "runs": runs.to_numpy(),
            "energy_kwh": found.pop("energy_kwh"),
            "carbon_intensity_g_per_kwh": g_per_kwh.to_numpy(),
            "gas_basis": grid.intensity.gas_basis,
            **found,
        }
    )
    return totals.assign(carbon_source=grid.intensity.source)
