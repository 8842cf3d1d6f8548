"""Energy of one training epoch: the measured table, and the value that is used for a run."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.tables import records_of
from datafootprint.units import quantity

#: Source of the published measurements.
PUBLISHED_SOURCE = "paper"
#: An energy more of which comes from assumed powers stands for no run.
LARGEST_ASSUMED_SHARE = 0.5


def published_energy(table: pd.DataFrame, pue_in_measurement: float) -> pd.DataFrame:
    """Add to the dataset's energies the PUE that they contain, where the table does not say it."""
    return table.assign(pue=table["pue"].fillna(pue_in_measurement))


def check_powers(energy: pd.DataFrame, bounds: pd.DataFrame, path: str) -> None:
    """Refuse the dataset's energies, in the file `path`, at a power per GPU that no machine draws.

    The range is that of any GPU, processor and memory together, in the table `hardware_power`. If
    the number of GPUs is not known it is one.
    """
    least, most = bounds.loc[bounds["hardware"] == "", ["min_w", "max_w"]].sum()
    gpus = energy["gpus"].fillna(1).clip(lower=1)
    watts = 60_000 * energy["kwh_per_epoch"] / energy["minutes_per_epoch"] / gpus
    for row in records_of(energy.assign(watts=watts)[~watts.between(least, most)]):
        raise DatafootprintError(
            f"{path}, {row['model']} {row['subset']}: {row['kwh_per_epoch']:g} kWh in "
            f"{row['minutes_per_epoch']:g} minutes are {row['watts']:,.0f} W per GPU, but a "
            f"machine draws {least:g} to {most:g} W; is the energy in Wh, not kWh, or swapped "
            "with the minutes, or the number of GPUs missing (column gpus)?"
        )


def with_fitness(energy: pd.DataFrame, name: str, known_models: Collection[str]) -> pd.DataFrame:
    """Add the column `unfit`: why an energy does not stand for a run on the dataset `name`.

    Of `known_models`, those of the dataset's own table, a run may be; none are known if empty.
    """
    other = energy["dataset"].notna() & (_bare(energy["dataset"]) != _bare(pd.Series([name]))[0])
    unknown = ~energy["model"].isin(known_models) & bool(known_models)
    assumed = energy["assumed_share"] > LARGEST_ASSUMED_SHARE
    shares = (100 * energy["assumed_share"]).map("{:.0f}% of its power was assumed".format)
    reasons = [
        ("it was measured on " + energy["dataset"].fillna("")).where(other),
        ("the dataset's own table has no " + energy["model"]).where(unknown),
        shares.where(assumed),
        pd.Series("no GPU was metered", energy.index).where(energy["gpus"] == 0),
    ]
    found = ["; ".join(filter(pd.notna, row)) for row in zip(*reasons, strict=True)]
    return energy.assign(unfit=found)


def _bare(names: pd.Series) -> pd.Series:
    """Return names as they compare: without case, spaces and hyphens."""
    return names.str.lower().str.replace(r"[^a-z0-9]", "", regex=True)


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
    row = rows.iloc[0]
    if pd.notna(row.get("unfit")) and not training["use_unfit_energy"]:
        raise DatafootprintError(
            f"energy per epoch: {model} {subset} stands for no run on the dataset: {row['unfit']}. "
            "Measure a model of the dataset's table on the dataset with its GPUs, or set "
            "training.use_unfit_energy to true; the report then says so first."
        )
    return row


def unfit_energy(energy: pd.DataFrame, training: Mapping[str, Any]) -> str | None:
    """Say which energy is used though it stands for no run on the dataset; None if it does."""
    if training["kwh_per_epoch"] is not None:
        return None
    row = _configured(energy, training)
    return f"{row['model']} {row['subset']}: {row['unfit']}" if pd.notna(row.get("unfit")) else None
