"""Reading the files of CodeCarbon: `emissions.csv`, and those of tasks.

Energies are in kWh. From version 2.2.3 on they are multiplied by the tracker's option `pue`, which
the column `pue` holds; before, they contain none. A file of tasks lacks the column in all versions.

A run that was flushed has several rows, each with the totals so far. The tasks of a run
(`task_name`) are parts of it and add up. In version 1, which has no `run_id`, each row is a run.

No version locks the file, so that processes which share one damage each other's lines; and several
versions append rows without the columns that are empty in them.
"""

import csv
import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.energy.readings import (
    GPU,
    JOULES_PER_KWH,
    MACHINE,
    PROCESS,
    Component,
    RunReading,
)
from datafootprint.errors import DatafootprintError
from datafootprint.tables import read_text

PARTS = ("gpu", "cpu", "ram")
ENERGIES = (*(f"{part}_energy" for part in PARTS), "energy_consumed")
NEEDED = {"duration", "energy_consumed"}
#: Columns of which an appended row may lack those that are empty in it.
EMPTYABLE = (
    *("region", "cloud_provider", "cloud_region"),
    *("gpu_count", "gpu_model", "longitude", "latitude"),
)
#: What tells a row of the tool from a damaged one; each cell may also be empty.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_VERSION = re.compile(r"\d+\.\d+.*")
_FORMS = {
    **dict.fromkeys((*NEEDED, *ENERGIES, "pue", "cpu_count"), _NUMBER),
    **dict.fromkeys(("longitude", "latitude", "ram_total_size"), _NUMBER),
    **dict.fromkeys(("codecarbon_version", "python_version"), _VERSION),
    "gpu_count": re.compile(r"\d{1,4}(\.0*)?"),
    "os": re.compile("[A-Za-z].*"),
    "tracking_mode": re.compile(f"{MACHINE}|{PROCESS}"),
    "on_cloud": re.compile("[YN]"),
}
#: The first version whose energies may contain a PUE.
FIRST_WITH_PUE = (2, 2, 3)

Row = dict[str, Any]


def read_codecarbon_csv(
    path: Path,
    epochs: int,
    run_id: str | None = None,
    pue: float | None = None,
    without: Collection[str] = (),
) -> list[RunReading]:
    """Read the run `run_id` of a file, or all runs but those called as in `without`.

    The file does not say how many epochs each run trained for. `pue` is the PUE that the energies
    contain, for files that do not say it. Damaged lines are left out, with a note at the first run.
    """
    runs, damaged = _read_runs(path)
    if not runs:
        what = f"no run can be read: {damaged[0]}" if damaged else "the file holds no run"
        raise DatafootprintError(f"{path}: {what}.")
    wanted = [name for name in runs if name not in without] if run_id is None else [run_id]
    if not wanted or wanted[0] not in runs:
        which = f"run {run_id}" if run_id else "run that runs.csv does not name in another row"
        lines = f"; {len(damaged)} of its lines are damaged" if damaged else ""
        raise DatafootprintError(f"{path}: there is no {which}; it has {', '.join(runs)}{lines}.")
    readings = [_reading(runs[name], f"{path.name}, run {name}", epochs, pue) for name in wanted]
    note = ("damaged line(s) left out, perhaps the last of a run: its energy is then too low",)
    return [replace(readings[0], notes=((*note, len(damaged)),)), *readings[1:]]


def _read_runs(path: Path) -> tuple[dict[str, list[Row]], list[str]]:
    """Return the rows of each run by its name, and what each damaged line has."""
    columns: list[str] = []
    runs: dict[str, list[Row]] = {}
    damaged = []
    for number, line in enumerate(read_text(path).splitlines() or [""], start=1):
        cells = _cells(line)
        if set(cells) >= NEEDED:
            columns = cells  # again, where files were joined
            continue
        if not columns:
            raise DatafootprintError(
                f"{path}: no emissions.csv of CodeCarbon: it has no columns "
                f"{' and '.join(sorted(NEEDED))}, separated by commas."
            )
        row = _row(columns, cells)
        if isinstance(row, str):
            if any(cells):
                damaged.append(f"line {number} {row}")
            continue
        name = row.get("run_id") or row.get("experiment_id") or f"of line {number}"
        if "run_id" not in row and name in runs:
            name = f"{name} of line {number}"
        runs.setdefault(name, []).append(row)
    return runs, damaged


def _cells(line: str) -> list[str]:
    """Return the cells of one line: a quote that it leaves open must not reach into the next."""
    try:
        return [cell.strip() for cell in next(csv.reader([line]), [])]
    except csv.Error:
        return [line]


def _row(columns: Sequence[str], cells: Sequence[str]) -> Row | str:
    """Return a row by column, without its empty columns that the line lacks; or what is wrong."""
    lacking = len(columns) - len(cells)
    if not lacking:
        return _typed(zip(columns, cells, strict=True))
    emptyable = [name for name in EMPTYABLE if name in columns]
    for left_out in combinations(emptyable, lacking) if lacking > 0 else ():
        row = _typed(zip((name for name in columns if name not in left_out), cells, strict=True))
        if isinstance(row, dict) and _adds_up(row):
            return row
    return f"has {len(cells)} cells, but {len(columns)} columns (decimals: a point)"


def _typed(cells: Iterable[tuple[str, str]]) -> Row | str:
    """Return text and numbers, None where a cell is empty; or which cell is not of its form."""
    row: Row = {}
    for name, cell in cells:
        form = _FORMS.get(name)
        row[name] = float(cell) if form is _NUMBER and _NUMBER.fullmatch(cell) else cell or None
        if cell and form and (not form.fullmatch(cell) or row[name] == math.inf):
            return f"has {name} {cell!r} (decimals: a point)"
    needed = [row.get("run_id", ""), *(row[name] for name in NEEDED)]
    return "does not give its run_id, duration and energy_consumed" if None in needed else row


def _adds_up(row: Row) -> bool:
    total = sum(row.get(f"{part}_energy") or 0.0 for part in PARTS)
    return math.isclose(total, row["energy_consumed"], rel_tol=0.01)


def _reading(rows: Sequence[Row], where: str, epochs: int, pue: float | None) -> RunReading:
    row = _totals(rows, where)
    contained = _contained_pue(row, where, pue)
    energy, seconds = row["energy_consumed"], row["duration"]
    if energy <= 0 or seconds <= 0:
        raise DatafootprintError(
            f"{where}: {energy:g} kWh in {seconds:g} s; nothing was metered, measure again."
        )
    shared = (row.get("project_name"), row.get("experiment_id"))
    return RunReading(
        source=where,
        run_id=row.get("run_id") or row.get("experiment_id"),
        tool=f"codecarbon {row.get('codecarbon_version') or 'unknown'}",
        epochs=epochs,
        epochs_dropped=0,
        seconds_per_epoch=seconds / epochs,
        it_kwh_per_epoch=energy / contained / epochs,
        pue=contained,
        components=tuple(
            Component(
                name,
                _devices(row, name),
                row[f"{name}_energy"] / contained * JOULES_PER_KWH / seconds,
                assumed=None,
            )
            for name in PARTS
            if row.get(f"{name}_energy")
        ),
        tracking_mode=row.get("tracking_mode"),
        experiment=", ".join(filter(None, shared)) or None,
    )


def _totals(rows: Sequence[Row], where: str) -> Row:
    """Return the row of a whole run: the sum of its tasks, or the last of its totals so far."""
    table = pd.DataFrame(rows, columns=["duration", *ENERGIES]).astype(float).fillna(0.0)
    energies = table.drop(columns="duration")
    lowest = energies.iloc[energies.min(axis="columns").argmin()]
    if lowest.min() < 0:
        parts = lowest.drop("energy_consumed").clip(lower=0)
        raise DatafootprintError(
            f"{where}: {lowest.idxmin()} is {lowest.min():g} kWh, since a counter of the processor "
            f"wrapped round; the run used more than {parts.sum():g} kWh. Measure again."
        )
    if "task_name" in rows[-1]:
        return {**rows[-1], **{str(name): total for name, total in table.sum().items()}}
    falls = (table < table.shift() * (1 - 1e-9)).any()
    if falls.any():
        raise DatafootprintError(
            f"{where}: {falls.idxmax()} falls from one row to the next, but the rows of a run are "
            "its totals so far; measure again."
        )
    return rows[-1]


def _devices(row: Row, name: str) -> tuple[str, ...]:
    """Name the devices of a component; `cpu_count` counts cores and is not used."""
    model: str = row.get(f"{name}_model") or name
    if name != GPU or not row.get("gpu_count"):
        return (model,)
    # The model is such as `4 x NVIDIA A100`.
    return (re.sub(r"^\d+ x ", "", model),) * max(1, int(float(row["gpu_count"])))


def _contained_pue(row: Row, where: str, given: float | None) -> float:
    found: float | None = row.get("pue")
    if found is not None and found < 1:
        raise DatafootprintError(f"{where}: pue is {found:g}, but must be at least 1; correct it.")
    if found is not None and given is not None and given != found:
        raise DatafootprintError(
            f"{where}: runs.csv says the PUE is {given}, the file says {found}; leave it empty."
        )
    if (stated := found or given) is not None:
        return stated
    version = re.match(r"(\d+)\.(\d+)\.?(\d*)", row.get("codecarbon_version") or "1.0")
    if version and tuple(int(part or 0) for part in version.groups()) >= FIRST_WITH_PUE:
        kind = "a file of tasks" if "task_name" in row else "this file"
        raise DatafootprintError(
            f"{where}: {kind} does not say which PUE its energies contain; add the column pue to "
            "runs.csv (1 if the tracker was given none)."
        )
    return 1.0
