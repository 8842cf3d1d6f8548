"""Reading the files of CodeCarbon: `emissions.csv`, and those of tasks.

Energies are in kWh. From version 2.2.3 on they are multiplied by the tracker's option `pue`, which
the column `pue` holds; before, they contain none. A file of tasks lacks the column in all versions.

A run that was flushed has several rows, each with the totals so far. The tasks of a run
(`task_name`) are parts of it and add up. In version 1, which has no `run_id`, each row is a run.

No version locks the file, so that processes which share one damage each other's lines; and several
versions append rows without the columns that are empty in them.
"""

import csv
import logging
import re
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, ValidationError

from datafootprint.energy.readings import GPU, JOULES_PER_KWH, Component, RunReading
from datafootprint.errors import DatafootprintError, fault_of
from datafootprint.tables import read_text

PARTS = ("gpu", "cpu", "ram")
ENERGIES = (*(f"{part}_energy" for part in PARTS), "energy_consumed")
NEEDED = {"duration", "energy_consumed"}
#: Columns of which an appended row may lack those that are empty in it.
EMPTYABLE = (
    *("region", "cloud_provider", "cloud_region"),
    *("gpu_count", "gpu_model", "longitude", "latitude"),
)
#: The first version whose energies may contain a PUE.
FIRST_WITH_PUE = (2, 2, 3)

log = logging.getLogger(__name__)


class CodecarbonRow(BaseModel):
    """A row without its empty cells; some columns only tell which ones an appended row lacks."""

    model_config = ConfigDict(allow_inf_nan=False)

    run_id: str | None = None
    experiment_id: str | None = None
    project_name: str | None = None
    task_name: str | None = None
    duration: PositiveFloat
    energy_consumed: float
    gpu_energy: float = 0.0
    cpu_energy: float = 0.0
    ram_energy: float = 0.0
    gpu_count: int | None = Field(None, ge=0, lt=10_000)
    gpu_model: str = GPU
    cpu_model: str = "cpu"
    ram_model: str = "ram"
    codecarbon_version: str | None = Field(None, pattern=r"^\d+\.\d+")
    tracking_mode: Literal["machine", "process"] | None = None
    pue: float | None = Field(None, ge=1)
    os: str | None = Field(None, pattern="^[A-Za-z]")
    python_version: str | None = Field(None, pattern=r"^\d+\.\d+")
    cpu_count: float | None = None
    longitude: float | None = None
    latitude: float | None = None
    ram_total_size: float | None = None
    on_cloud: Literal["Y", "N"] | None = None

    def devices(self, part: str) -> tuple[str, ...]:
        """Name the devices of a component; `cpu_count` counts cores and is not used."""
        # The model of GPUs is such as `4 x NVIDIA A100`.
        model = re.sub(r"^\d+ x ", "", getattr(self, f"{part}_model"))
        return (model,) * ((self.gpu_count or 1) if part == GPU else 1)


def read_codecarbon_csv(path: Path) -> dict[str, list[CodecarbonRow]]:
    """Read the rows of each run of a file, by its name. Damaged lines are warned of."""
    columns: list[str] = []
    runs: dict[str, list[CodecarbonRow]] = {}
    damaged = []
    for number, line in enumerate(read_text(path).splitlines() or [""], start=1):
        # By line: a quote that one leaves open must not reach into the next.
        cells = [cell.strip() for cell in next(csv.reader([line]), [])]
        if set(cells) >= NEEDED:
            columns = cells  # again, where files were joined
            continue
        if not columns:
            raise DatafootprintError(
                f"{path}: no emissions.csv of CodeCarbon: it has no columns "
                f"{' and '.join(sorted(NEEDED))}, separated by commas."
            )
        if not any(cells):
            continue
        try:
            row = _row(columns, cells, f"{path}, line {number}")
        except DatafootprintError as error:
            damaged.append(error)
            continue
        name = row.run_id or row.experiment_id or f"of line {number}"
        if row.run_id is None and name in runs:
            name = f"{name} of line {number}"
        runs.setdefault(name, []).append(row)
    if not runs:
        raise damaged[0] if damaged else DatafootprintError(f"{path}: the file holds no run.")
    if damaged:
        log.warning(
            "%s: %d damaged line(s) left out, perhaps the last of a run: its energy is then too "
            "low. The first: %s",
            *(path, len(damaged), damaged[0]),
        )
    return runs


def _row(columns: Sequence[str], cells: Sequence[str], where: str) -> CodecarbonRow:
    """Return a row, in which the line may lack empty columns."""
    fault = f"{len(cells)} cells, but {len(columns)} columns (decimals: a point)"
    lacking = len(columns) - len(cells)
    emptyable = [name for name in EMPTYABLE if name in columns]
    for left_out in combinations(emptyable, lacking) if lacking >= 0 else ():
        names = (name for name in columns if name not in left_out)
        given = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
        try:
            row = CodecarbonRow.model_validate(given)
        except ValidationError as error:
            fault = fault_of(error) if not lacking else fault
            continue
        if row.run_id or "run_id" not in columns:
            return row
        fault = "run_id is empty"
    raise DatafootprintError(f"{where}: {fault}.")


def reading_of(rows: Sequence[CodecarbonRow], source: str, pue: float | None) -> RunReading:
    """Return what the rows of a run metered, as if it were one epoch: the file does not count them.

    `pue` is the PUE that the energies contain, for files that do not say it.
    """
    run = _totals(rows, source)
    contained = _contained_pue(run, source, pue)
    shared = (run.project_name, run.experiment_id)
    energies = {part: getattr(run, f"{part}_energy") / contained for part in PARTS}
    return RunReading(
        source=source,
        run_id=run.run_id or run.experiment_id,
        tool=f"codecarbon {run.codecarbon_version or 'unknown'}",
        epochs=1,
        epochs_dropped=0,
        seconds_per_epoch=run.duration,
        it_kwh_per_epoch=run.energy_consumed / contained,
        pue=contained,
        components=tuple(
            Component(part, run.devices(part), kwh * JOULES_PER_KWH / run.duration, assumed=None)
            for part, kwh in energies.items()
            if kwh
        ),
        tracking_mode=run.tracking_mode,
        experiment=", ".join(filter(None, shared)) or None,
    )


def _totals(rows: Sequence[CodecarbonRow], where: str) -> CodecarbonRow:
    """Return the row of a whole run: the sum of its tasks, or the longest of its totals so far."""
    energy, name = min((getattr(row, name), name) for row in rows for name in ENERGIES)
    if energy < 0:
        raise DatafootprintError(
            f"{where}: {name} is {energy:g} kWh, since a counter of the processor wrapped round; "
            "measure again."
        )
    whole = max(rows, key=lambda row: row.duration)
    if whole.task_name is not None:
        names = ("duration", *ENERGIES)
        sums = {name: sum(getattr(row, name) for row in rows) for name in names}
        whole = whole.model_copy(update=sums)
    if not whole.energy_consumed:
        raise DatafootprintError(f"{where}: 0 kWh; nothing was metered, measure again.")
    return whole


def _contained_pue(run: CodecarbonRow, where: str, given: float | None) -> float:
    if run.pue and given and run.pue != given:
        raise DatafootprintError(
            f"{where}: runs.csv says the PUE is {given}, the file says {run.pue}; leave it empty."
        )
    stated = run.pue or given
    version = re.findall(r"\d+", run.codecarbon_version or "1")[:3]
    if stated is None and tuple(map(int, version)) >= FIRST_WITH_PUE:
        kind = "a file of tasks" if run.task_name else "this file"
        raise DatafootprintError(
            f"{where}: {kind} does not say which PUE its energies contain; add the column pue to "
            "runs.csv (1 if the tracker was given none)."
        )
    return stated or 1.0
