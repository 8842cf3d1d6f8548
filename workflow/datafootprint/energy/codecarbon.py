"""Reading the `emissions.csv` of CodeCarbon.

Energies are in kWh and already multiplied by the PUE of the column `pue`; files of older versions
have no such column. A run that was flushed has several rows, each with the totals so far.
"""

import csv
import io
import logging
import math
import re
from collections.abc import Iterator

from datafootprint.energy.readings import GPU, JOULES_PER_KWH, Component, RunReading
from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import NUMBER

#: Part of the total by which the sum of the components may differ from it.
SUM_TOLERANCE = 0.01
#: GPUs of one run, beyond which their number is taken for damage.
MOST_GPUS = 10_000

log = logging.getLogger(__name__)


def read_codecarbon_csv(
    text: str, source: str, epochs: int, run_id: str | None = None, pue: float | None = None
) -> list[RunReading]:
    """Read the runs of an `emissions.csv`.

    Parameters
    ----------
    text : str
        The file.
    source : str
        Its name, for messages and the table.
    epochs : int
        Epochs that each run trained for; the file does not say.
    run_id : str, optional
        The one run to read; all by default.
    pue : float, optional
        PUE that the energies contain, for files without that column.

    Returns
    -------
    list of RunReading
        One a run, from its last row.

    Raises
    ------
    DatafootprintError
        If this is no such file, a run has no energy or duration, or the PUE is not known.
    """
    last: dict[str, dict[str, str]] = {}
    for row in _rows(text, source):
        previous = last.get(row["run_id"])
        # Also if one of the two is no number.
        if previous and not (
            _number(row, "energy_consumed") >= _number(previous, "energy_consumed")
        ):
            raise DatafootprintError(
                f"{source}: the energy of run {row['run_id']} falls from row to row, from "
                f"{previous['energy_consumed']} to {row['energy_consumed']} kWh."
            )
        last[row["run_id"]] = row
    wanted = list(last) if run_id is None else [run_id]
    if not last:
        raise DatafootprintError(f"{source}: there is no whole run in it; measure again.")
    if wanted[0] not in last:
        raise DatafootprintError(f"{source}: there is no run {run_id}; it has {', '.join(last)}.")
    return [_run(last[run], source, epochs, pue) for run in wanted]


def _rows(text: str, source: str) -> Iterator[dict[str, str]]:
    """Yield the whole rows of a file."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = list(reader.fieldnames or [])
        for column in ("run_id", "duration", "energy_consumed"):
            if column not in columns:
                raise DatafootprintError(
                    f"{source}: not an emissions.csv of CodeCarbon: no column {column!r}."
                )
        for column in columns:
            if columns.count(column) > 1:
                raise DatafootprintError(f"{source}: column {column!r} occurs twice.")
        for row in reader:
            if None in row or None in row.values():
                log.warning("%s, line %d: cut row left out.", source, reader.line_num)
            elif not row["run_id"]:
                raise DatafootprintError(f"{source}, line {reader.line_num}: run_id is empty.")
            else:
                yield row
    except csv.Error as error:
        raise DatafootprintError(f"{source}, line {reader.line_num + 1}: {error}.") from None


def _run(row: dict[str, str], source: str, epochs: int, pue: float | None) -> RunReading:
    where = f"{source}, run {row['run_id']}"
    contained = _contained_pue(row, where, pue)
    energy = _positive(row, "energy_consumed", "kWh", where)
    seconds = _positive(row, "duration", "s", where)
    parts = {
        name: _number(row, f"{name}_energy")
        for name in ("gpu", "cpu", "ram")
        if row.get(f"{name}_energy")
    }
    if parts and abs(math.fsum(parts.values()) - energy) > SUM_TOLERANCE * energy:
        log.warning(
            "%s: the parts add up to %.3g kWh, the total says %.3g kWh; the total is used.",
            where,
            math.fsum(parts.values()),
            energy,
        )
    return RunReading(
        source=where,
        run_id=row["run_id"],
        tool="codecarbon",
        tool_version=row.get("codecarbon_version") or "unknown",
        epochs=epochs,
        epochs_dropped=0,
        seconds_per_epoch=seconds / epochs,
        it_kwh_per_epoch=energy / contained / epochs,
        pue=contained,
        components=tuple(
            Component(name, _devices(row, name), _watts(kwh, seconds, contained))
            for name, kwh in parts.items()
            if kwh > 0
        ),
    )


def _devices(row: dict[str, str], name: str) -> tuple[str, ...]:
    """Name the devices of a component; `cpu_count` counts cores and is none of them."""
    model = row.get(f"{name}_model") or name
    if name != GPU or not row.get("gpu_count"):
        return (model,)
    number = _number(row, "gpu_count")
    # The model reads `4 x NVIDIA A100`.
    return (re.sub(r"^\d+ x ", "", model),) * int(number if 1 <= number <= MOST_GPUS else 1)


def _contained_pue(row: dict[str, str], where: str, given: float | None) -> float:
    if not row.get("pue"):
        if given is None:
            raise DatafootprintError(
                f"{where}: the file does not say which PUE its energies contain; add the column "
                "pue to runs.csv (1 if none was set)."
            )
        return given
    contained = _number(row, "pue")
    if not 1 <= contained < math.inf:
        raise DatafootprintError(
            f"{where}: pue is {row['pue'][:40]}, but must be at least 1; correct the file."
        )
    if given is not None and given != contained:
        raise DatafootprintError(
            f"{where}: runs.csv says the PUE is {given}, the file says {contained}; leave it empty."
        )
    return contained


def _positive(row: dict[str, str], column: str, unit: str, where: str) -> float:
    value = _number(row, column)
    if not (math.isfinite(value) and value > 0):
        raise DatafootprintError(
            f"{where}: {column} is {row[column] or 'empty'}, but must be above 0 {unit}; nothing "
            "was metered, measure again."
        )
    return value


def _number(row: dict[str, str], column: str) -> float:
    """Return a cell as a number, not-a-number where it is none."""
    cell = row[column].strip()
    return float(cell) if NUMBER.fullmatch(cell) else math.nan


def _watts(kwh: float, seconds: float, pue: float) -> float:
    return kwh / pue * JOULES_PER_KWH / seconds
