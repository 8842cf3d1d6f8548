"""Reading the `emissions.csv` of CodeCarbon.

Energies are in kWh and already multiplied by the PUE of the column `pue`; files of older versions
have no such column. A run that was flushed has several rows, each with the totals so far.
"""

import logging
import re
from pathlib import Path

import pandas as pd

from datafootprint.energy.energy_tables import CodecarbonRows
from datafootprint.energy.readings import GPU, JOULES_PER_KWH, Component, RunReading
from datafootprint.errors import DatafootprintError
from datafootprint.tables import read_table

#: Part of the total by which the sum of the components may differ from it.
SUM_TOLERANCE = 0.01

log = logging.getLogger(__name__)


def read_codecarbon_csv(
    path: Path, epochs: int, run_id: str | None = None, pue: float | None = None
) -> list[RunReading]:
    """Read the runs of an `emissions.csv`, or the run `run_id`, each from its last row.

    Parameters
    ----------
    path : Path
    epochs : int
        Epochs that each run trained for; the file does not say.
    run_id : str, optional
    pue : float, optional
        PUE that the energies contain, for files without that column.

    Raises
    ------
    DatafootprintError
        If this is no such file, a run has no energy or duration, or the PUE is not known.
    """
    rows = read_table(path, CodecarbonRows)
    falls = rows.groupby("run_id")["energy_consumed"].diff() < 0
    if falls.any():
        row = rows[falls].iloc[0]
        raise DatafootprintError(
            f"{path}: the energy of run {row['run_id']} falls from row to row, to "
            f"{row['energy_consumed']} kWh."
        )
    last = rows.drop_duplicates("run_id", keep="last").fillna({"codecarbon_version": "unknown"})
    wanted = last if run_id is None else last[last["run_id"] == run_id]
    if wanted.empty:
        raise DatafootprintError(
            f"{path}: there is no run {run_id or ''}; it has {', '.join(last['run_id']) or 'none'}."
        )
    return [_run(row, path.name, epochs, pue) for _, row in wanted.iterrows()]


def _run(row: pd.Series, file: str, epochs: int, pue: float | None) -> RunReading:
    where = f"{file}, run {row['run_id']}"
    contained = _contained_pue(row["pue"], where, pue)
    energy, seconds = row["energy_consumed"], row["duration"]
    for name, value, unit in (("energy_consumed", energy, "kWh"), ("duration", seconds, "s")):
        if value == 0:
            raise DatafootprintError(
                f"{where}: {name} is 0 {unit}; nothing was metered, measure again."
            )
    parts = row[["gpu_energy", "cpu_energy", "ram_energy"]].dropna().astype(float)
    parts = parts.rename(lambda column: column.removesuffix("_energy"))
    if len(parts) and abs(parts.sum() - energy) > SUM_TOLERANCE * energy:
        log.warning(
            "%s: the parts add up to %.3g kWh, the total says %.3g kWh; the total is used.",
            where,
            parts.sum(),
            energy,
        )
    power_w = parts / contained * JOULES_PER_KWH / seconds
    return RunReading(
        source=where,
        run_id=row["run_id"],
        tool="codecarbon",
        tool_version=row["codecarbon_version"],
        epochs=epochs,
        epochs_dropped=0,
        seconds_per_epoch=seconds / epochs,
        it_kwh_per_epoch=energy / contained / epochs,
        pue=contained,
        components=tuple(
            Component(str(name), _devices(row, str(name)), watts)
            for name, watts in power_w.items()
            if watts > 0
        ),
    )


def _devices(row: pd.Series, name: str) -> tuple[str, ...]:
    """Name the devices of a component; `cpu_count` counts cores and is not used."""
    model = row.get(f"{name}_model")
    if pd.isna(model):
        model = name
    if name != GPU or pd.isna(row["gpu_count"]):
        return (model,)
    # The model is such as `4 x NVIDIA A100`.
    return (re.sub(r"^\d+ x ", "", model),) * max(1, row["gpu_count"])


def _contained_pue(found: float, where: str, given: float | None) -> float:
    if pd.isna(found):
        if given is None:
            raise DatafootprintError(
                f"{where}: the file does not say which PUE its energies contain; add the column "
                "pue to runs.csv (1 if none was set)."
            )
        return given
    if given is not None and given != found:
        raise DatafootprintError(
            f"{where}: runs.csv says the PUE is {given}, the file says {found}; leave it empty."
        )
    return found
