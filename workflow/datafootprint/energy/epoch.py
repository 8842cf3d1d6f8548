"""Energy of one training epoch: the measured table, and the value that stands for a run."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row
from datafootprint.published import PUBLISHED_DATASET
from datafootprint.units import quantity

#: Name of the subset that leaves nothing out.
FULL = "full"
#: Source of the published measurements.
PUBLISHED_SOURCE = "paper"
#: The published measurements took one NVIDIA A100 (Section 3 of the paper).
PUBLISHED_GPUS = 1


def published_energy(table: Iterable[Row], pue_in_measurement: float, dataset: str) -> list[Row]:
    """Mark the published measurements with the PUE they contain and the GPUs they took.

    Parameters
    ----------
    table : rows
        model, subset, minutes_per_epoch, kwh_per_epoch; kwh_sd, pue and source where known.
    pue_in_measurement : float
        PUE contained in energies that do not say so themselves.
    dataset : str
        What the estimate is about.

    Returns
    -------
    list of dict
        The same rows with pue, source and gpus; none if the estimate is about another dataset than
        the one measured.
    """
    if dataset != PUBLISHED_DATASET:
        return []
    return [
        {
            **row,
            "pue": row.get("pue") or pue_in_measurement,
            "source": row.get("source") or PUBLISHED_SOURCE,
            "gpus": PUBLISHED_GPUS,
        }
        for row in table
    ]


def run_energy_per_epoch(energy: Sequence[Row], training: Mapping[str, Any]) -> Any:
    """Return the energy of one epoch of a training run, at the PUE to report for.

    Parameters
    ----------
    energy : rows
        model, subset, kwh_per_epoch, pue.
    training : mapping
        The section `training` of the configuration.

    Returns
    -------
    quantity in kWh / epoch
        Measured energy times target PUE over the PUE it already contains.

    Raises
    ------
    DatafootprintError
        If the table lacks the configured model and subset.
    """
    kwh, pue = training["kwh_per_epoch"], training["pue_in_measurement"]
    if kwh is None:
        row = _configured(energy, training)
        kwh, pue = row["kwh_per_epoch"], row["pue"]
    return quantity(kwh * (training["pue_target"] / pue), "kWh / epoch")


def full_energy_per_epoch(energy: Sequence[Row], training: Mapping[str, Any]) -> Any:
    """Return the same for a run on the full data, whatever subset `training` takes for a run.

    Raises
    ------
    DatafootprintError
        If the table lacks the configured model on the full data.
    """
    return run_energy_per_epoch(energy, {**training, "energy_subset": FULL})


def gpu_time_per_run(energy: Sequence[Row], training: Mapping[str, Any]) -> Any:
    """Return how long a training run occupies GPUs, as many as were metered.

    Where their number is not known it is one.

    Returns
    -------
    quantity in hour / run
        Of all its GPUs together.

    Raises
    ------
    DatafootprintError
        If the table lacks the configured model and subset, or no GPU was metered.
    """
    row = _configured(energy, training)
    gpus = 1 if row["gpus"] is None else row["gpus"]
    if not gpus:
        raise DatafootprintError(
            f"impacts.embodied charges for GPUs, but {row['model']} {row['subset']} was measured "
            f"without one ({row['hardware']}); set it to false."
        )
    minutes = quantity(row["minutes_per_epoch"], "minute / epoch")
    return gpus * (quantity(training["epochs"], "epoch / run") * minutes).to("hour / run")


def _configured(energy: Sequence[Row], training: Mapping[str, Any]) -> Row:
    model, subset = training["energy_model"], training["energy_subset"]
    for row in energy:
        if (row["model"], row["subset"]) == (model, subset):
            return row
    have = ", ".join(f"{row['model']} {row['subset']}" for row in energy)
    raise DatafootprintError(
        f"energy per epoch: there is no {model} {subset} (training.energy_model, "
        f"training.energy_subset); measured are {have}."
    )
