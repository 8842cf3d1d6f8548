"""The chain from training runs to tonnes, put together from the configuration and the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datafootprint.energy.epoch import run_energy_per_epoch
from datafootprint.footprint.carbon import Grid, read_grid
from datafootprint.footprint.emissions import (
    estimate_storage,
    estimate_training,
    storage_energy_per_run,
    training_energy_per_run,
)
from datafootprint.legacy_tables import Row

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

    def of_training(self, training_runs: Sequence[Row], grid: Grid) -> list[Row]:
        """Return the rows of the table `training_emissions`, with the electricity of `grid`."""
        return estimate_training(
            training_runs, self.training["epochs"], self.energy_per_epoch, grid
        )

    def of_storage(self, training_runs: Sequence[Row], grid: Grid) -> list[Row]:
        """Return the rows of the table `storage_emissions`, with the electricity of `grid`."""
        return estimate_storage(training_runs, self.storage, self.size_gb, grid)


def read_footprint(
    sections: Mapping[str, Any],
    energy: Sequence[Row],
    intensities: Sequence[Row],
    per_capita: Sequence[Row],
    years: Sequence[int],
) -> Footprint:
    """Put the chain together.

    Parameters
    ----------
    sections : mapping
        training, storage, dataset (size_gb), carbon.
    energy, intensities, per_capita : rows
        The tables energy_per_epoch, carbon_intensity_by_year, per_capita_emissions.
    years : sequence of int
        Years of the runs.

    Raises
    ------
    DatafootprintError
        If the tables lack the configured model and subset, country or year.
    """
    world = [row["year"] for row in intensities if row["iso3"] == WORLD_BY_YEAR["country"]]
    return Footprint(
        sections["training"],
        sections["storage"],
        sections["dataset"]["size_gb"],
        run_energy_per_epoch(energy, sections["training"]),
        read_grid(sections["carbon"], intensities, per_capita, years),
        read_grid(WORLD_BY_YEAR, intensities, per_capita, years)
        if min(world) <= min(years)
        else None,
    )
