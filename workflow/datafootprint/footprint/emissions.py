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
    """What turns training runs into tonnes."""

    training: Mapping[str, Any]  # the section of the configuration
    storage: Mapping[str, Any]  # the section of the configuration
    size_gb: float  # of one copy, in decimal gigabytes
    energy_per_epoch: Any  # quantity in kWh / epoch
    configured: Grid  # the electricity that the configuration chose
    #: That of `WORLD_BY_YEAR`; None where the table does not reach back that far.
    world: Grid | None = None

    @property
    def training_energy_per_run(self) -> Any:
        """Energy of one training run, in kWh / run."""
        return quantity(self.training["epochs"], "epoch / run") * self.energy_per_epoch

    @property
    def storage_energy_per_run(self) -> Any:
        """Energy of keeping the copies of one run, in kWh / run."""
        return storage_energy(storage_per_run(self.storage, self.size_gb), self.storage)

    def of_training(self, training_runs: pd.DataFrame, grid: Grid) -> pd.DataFrame:
        """Return the table `TrainingEmissions`, with the electricity of `grid`."""
        return _totals(training_runs, self.training_energy_per_run, grid)

    def of_storage(self, training_runs: pd.DataFrame, grid: Grid) -> pd.DataFrame:
        """Return the table `StorageEmissions`: a copy has the electricity of its run's year."""
        totals = _totals(training_runs, self.storage_energy_per_run, grid)
        runs = quantity(totals["runs"].to_numpy(), "run")
        stored = runs * storage_per_run(self.storage, self.size_gb)
        return totals.assign(storage_tb=stored.to("TB").magnitude)


def read_footprint(
    sections: Mapping[str, Any],
    energy: pd.DataFrame,
    intensities: pd.DataFrame,
    per_capita: pd.DataFrame,
    years: Iterable[int],
) -> Footprint:
    """Put together what turns runs into tonnes.

    `sections` are training, storage, dataset (size_gb), carbon; `years` those of the runs.
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


def storage_per_run(storage: Mapping[str, Any], size_gb: float) -> Any:
    """Return the data that one run keeps, in decimal TB / run."""
    copies = quantity(storage["copies_per_run"], "copy / run")
    return (copies * quantity(size_gb, "GB / copy")).to("TB / run")


def storage_energy(data: Any, storage: Mapping[str, Any]) -> Any:
    """Return the energy of keeping `data` (in TB or TB / run), in kWh or kWh / run."""
    per_year = quantity(storage["kwh_per_tb_year"], "kWh / TB / year")
    return data * per_year * quantity(storage["years"], "year")


def consumed(runs: Any, g_per_kwh: Any, energy_per_run: Any, grid: Grid) -> dict[str, Any]:
    """Turn runs into energy_kwh, emissions_t and person_equivalents, each of the shape of `runs`.

    `grid` names the gas of `g_per_kwh` and what a person emits of it.
    """
    energy_kwh = (quantity(runs, "run") * energy_per_run).to("kWh").magnitude
    return {"energy_kwh": energy_kwh, **grid.emitted(energy_kwh, g_per_kwh)}


def _totals(training_runs: pd.DataFrame, energy_per_run: Any, grid: Grid) -> pd.DataFrame:
    """Add up over the years; the intensity is the mean weighted by energy."""
    by_method = runs_by_method(training_runs)
    runs, g_per_kwh = by_method.sum(), grid.intensity.mean(by_method)
    found = consumed(runs.to_numpy(), g_per_kwh.to_numpy(), energy_per_run, grid)
    totals = pd.DataFrame({"runs": runs, "carbon_intensity_g_per_kwh": g_per_kwh}).reset_index()
    source, gas_basis = grid.intensity.source, grid.intensity.gas_basis
    return totals.assign(**found, gas_basis=gas_basis, carbon_source=source)
