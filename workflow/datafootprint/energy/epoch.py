"""Energy of one training epoch: the measured table, and the value that is used for a run."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.units import quantity

#: Source of the published measurements.
PUBLISHED_SOURCE = "paper"


def published_energy(table: pd.DataFrame, pue_in_measurement: float) -> pd.DataFrame:
    """Add to the dataset's energies the PUE that they contain, where the table does not say it."""
    return table.assign(pue=table["pue"].fillna(pue_in_measurement))


def run_energy_per_epoch(energy: pd.DataFrame, training: Mapping[str, Any]) -> Any:
    """Return the energy of one epoch of a training run, at the PUE to report for, in kWh / epoch.

    It is that of the configured model and subset, times target PUE over the PUE it contains.
    """
    kwh, pue = training["kwh_per_epoch"], training["pue_in_measurement"]
    if kwh is None:
        row = _configured(energy, training)
        kwh, pue = row["kwh_per_epoch"], row["pue"]
    return quantity(kwh * (training["pue_target"] / pue), "kWh / epoch")


def gpu_time_per_run(energy: pd.DataFrame, training: Mapping[str, Any]) -> Any:
    """Return how long a training run occupies its GPUs, all together, in hour / run.

    If the number of GPUs is not known it is one.
    """
    row = _configured(energy, training)
    gpus = 1 if pd.isna(row["gpus"]) else row["gpus"]
    if not gpus:
        raise DatafootprintError(
            f"impacts.embodied charges for GPUs, but {row['model']} {row['subset']} was measured "
            f"without one ({row['hardware']}); set it to false."
        )
    minutes = quantity(row["minutes_per_epoch"], "minute / epoch")
    return gpus * (quantity(training["epochs"], "epoch / run") * minutes).to("hour / run")


def _configured(energy: pd.DataFrame, training: Mapping[str, Any]) -> Any:
    """Return the row of the configured model and subset."""
    model, subset = training["energy_model"], training["energy_subset"]
    rows = energy[(energy["model"] == model) & (energy["subset"] == subset)]
    if rows.empty:
        have = ", ".join(energy["model"] + " " + energy["subset"])
        raise DatafootprintError(
            f"energy per epoch: there is no {model} {subset} (training.energy_model, "
            f"training.energy_subset); measured are {have or 'none'}."
        )
    return rows.iloc[0]
