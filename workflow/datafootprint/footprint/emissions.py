"""Energy and emissions of training runs and of stored copies.

Formulas of Section 3 of "Stop Preaching and Start Practising Data Frugality" (arXiv 2602.19789):
training energy = runs x epochs x kWh per epoch; storage energy = papers x copies x size x energy
intensity of storage x years; emissions = energy x carbon intensity; person equivalents = emissions
over the annual emissions of a person. The paper has one run per paper that trained; where there are
more, they share the paper's copies. Point estimate and uncertainty have these formulas in common.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from datafootprint.energy.epoch import run_energy_per_epoch
from datafootprint.footprint.carbon import Grid, read_grid
from datafootprint.footprint.footprint_tables import STORAGE, TRAINING
from datafootprint.literature.runs import runs_by_method
from datafootprint.units import quantity

#: The reference that does not move with the configured intensity: the world's, each run's year.
WORLD_BY_YEAR = {"country": "World", "year": "each", "per_capita_t": None}


@dataclass(frozen=True)
class Footprint:
    """What turns training runs into tonnes."""

    sections: Mapping[str, Any]  # training, storage, dataset (size_gb) of the configuration
    energy_per_epoch: Any  # quantity in kWh / epoch
    configured: Grid  # the electricity that the configuration chose
    #: That of `WORLD_BY_YEAR`; None where the table does not reach back that far.
    world: Grid | None = None

    def energy(self, use: str, amount: Any) -> Any:
        """Return the energy in kWh of runs as configured, or of papers that keep their copies."""
        epochs = quantity(self.sections["training"]["epochs"], "epoch / run")
        per_run = epochs * self.energy_per_epoch
        if use == STORAGE:
            # One run per paper, as the paper has it.
            per_run = storage_energy(storage_per_run(self.sections), self.sections["storage"])
        return (quantity(amount, "run") * per_run).to("kWh").magnitude

    def totals(self, use: str, training_runs: pd.DataFrame) -> pd.DataFrame:
        """Return the table `TrainingEmissions` or `StorageEmissions`: sums over the years.

        A copy has the electricity of its run's year; the intensity is the mean over the energy.
        """
        amounts, grid = amounts_by_method(use, training_runs), self.configured
        found = grid.emitted_by_years(self.energy(use, amounts.to_numpy()), amounts.index)
        totals = pd.DataFrame({"runs": runs_by_method(training_runs).sum(), **found}).reset_index()
        totals = totals.assign(gas_basis=grid.gas_basis, carbon_source=grid.source)
        if use == TRAINING:
            return totals
        stored = quantity(amounts.sum().to_numpy(), "run") * storage_per_run(self.sections)
        return totals.assign(storage_tb=stored.to("TB").magnitude)


def amounts_by_method(use: str, training_runs: pd.DataFrame) -> pd.DataFrame:
    """Return what the energy of a use is proportional to, with a row per year.

    Of training it is runs as long and on hardware as configured, of storage papers.
    """
    if use == STORAGE:
        return runs_by_method(training_runs, "papers")
    factors = runs_by_method(training_runs, "run_energy_factor")
    return runs_by_method(training_runs) * factors


def read_footprint(tables: Mapping[str, pd.DataFrame], sections: Mapping[str, Any]) -> Footprint:
    """Put together what turns training runs into tonnes.

    `tables` are training_runs, energy_per_epoch, carbon_intensity_by_year, per_capita_emissions,
    `sections` training, storage, dataset (size_gb), carbon.
    """
    years, intensities = tables["training_runs"]["year"], tables["carbon_intensity_by_year"]
    first = intensities["year"][intensities["iso3"] == WORLD_BY_YEAR["country"]].min()

    def grid(carbon: Mapping[str, Any]) -> Grid:
        return read_grid(carbon, intensities, tables["per_capita_emissions"], years)

    return Footprint(
        sections,
        run_energy_per_epoch(tables["energy_per_epoch"], sections["training"]),
        grid(sections["carbon"]),
        grid(WORLD_BY_YEAR) if first <= years.min() else None,
    )


def storage_per_run(sections: Mapping[str, Any]) -> Any:
    """Return the data that one run keeps, in decimal TB / run."""
    copies = quantity(sections["storage"]["copies_per_run"], "copy / run")
    return (copies * quantity(sections["dataset"]["size_gb"], "GB / copy")).to("TB / run")


def storage_energy(data: Any, storage: Mapping[str, Any]) -> Any:
    """Return the energy of keeping `data` (in TB or TB / run), in kWh or kWh / run."""
    per_year = quantity(storage["kwh_per_tb_year"], "kWh / TB / year")
    return data * per_year * quantity(storage["years"], "year")
