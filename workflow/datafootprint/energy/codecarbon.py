"""Reading the `emissions.csv` of CodeCarbon.

Energies are in kWh and already multiplied by the PUE of the column `pue`; files of older versions
have no such column. A run that was flushed has several rows, each with the totals so far.
"""

import re
from pathlib import Path
from typing import Any

from datafootprint.energy.energy_tables import CodecarbonRows
from datafootprint.energy.readings import GPU, JOULES_PER_KWH, Component, RunReading
from datafootprint.errors import DatafootprintError
from datafootprint.tables import read_table, records_of


def read_codecarbon_csv(
    path: Path, epochs: int, run_id: str | None = None, pue: float | None = None
) -> list[RunReading]:
    """Read the runs of an `emissions.csv`, or the run `run_id`, each from its last row.

    The file does not say how many epochs each run trained for. `pue` is the PUE that the energies
    contain, for files without that column.
    """
    rows = read_table(path, CodecarbonRows)
    last = rows.drop_duplicates("run_id", keep="last")
    wanted = last if run_id is None else last[last["run_id"] == run_id]
    if wanted.empty:
        raise DatafootprintError(
            f"{path}: there is no run {run_id or ''}; it has {', '.join(last['run_id']) or 'none'}."
        )
    return [_run(row, path.name, epochs, pue) for row in records_of(wanted)]


def _run(row: dict[str, Any], file: str, epochs: int, pue: float | None) -> RunReading:
    where = f"{file}, run {row['run_id']}"
    contained = _contained_pue(row["pue"], where, pue)
    energy, seconds = row["energy_consumed"], row["duration"]
    if not energy or not seconds:
        raise DatafootprintError(
            f"{where}: {energy} kWh in {seconds} s; nothing was metered, measure again."
        )
    parts = {name: row[f"{name}_energy"] or 0.0 for name in ("gpu", "cpu", "ram")}
    return RunReading(
        source=where,
        run_id=row["run_id"],
        tool="codecarbon",
        tool_version=row["codecarbon_version"] or "unknown",
        epochs=epochs,
        epochs_dropped=0,
        seconds_per_epoch=seconds / epochs,
        it_kwh_per_epoch=energy / contained / epochs,
        pue=contained,
        components=tuple(
            Component(name, _devices(row, name), kwh / contained * JOULES_PER_KWH / seconds)
            for name, kwh in parts.items()
            if kwh > 0
        ),
    )


def _devices(row: dict[str, Any], name: str) -> tuple[str, ...]:
    """Name the devices of a component; `cpu_count` counts cores and is not used."""
    model: str = row.get(f"{name}_model") or name
    if name != GPU or row["gpu_count"] is None:
        return (model,)
    # The model is such as `4 x NVIDIA A100`.
    return (re.sub(r"^\d+ x ", "", model),) * max(1, int(row["gpu_count"]))


def _contained_pue(found: float | None, where: str, given: float | None) -> float:
    if found is not None and given is not None and given != found:
        raise DatafootprintError(
            f"{where}: runs.csv says the PUE is {given}, the file says {found}; leave it empty."
        )
    contained = given if found is None else found
    if contained is None:
        raise DatafootprintError(
            f"{where}: the file does not say which PUE its energies contain; add the column pue "
            "to runs.csv (1 if none was set)."
        )
    return contained
