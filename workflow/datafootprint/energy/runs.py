"""The folder of logs that `energy.logs` names, and its `runs.csv`: which run is which."""

import logging
from collections.abc import Iterable
from pathlib import Path

from datafootprint.energy.carbontracker import read_carbontracker_log
from datafootprint.energy.codecarbon import read_codecarbon_csv
from datafootprint.energy.readings import RunReading
from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row, read_rows

RUNS_FILE = "runs.csv"

log = logging.getLogger(__name__)


def read_runs(folder: str | Path) -> list[tuple[str, str, RunReading]]:
    """Read every run that the `runs.csv` of a folder lists.

    Parameters
    ----------
    folder : str or Path
        Folder with `runs.csv` (columns file, model, subset, epochs; optional run_id, pue) and the
        Carbontracker logs (`*.log`) and CodeCarbon files (`*.csv`) it names.

    Returns
    -------
    list of (model, subset, RunReading)

    Raises
    ------
    DatafootprintError
        If the folder or a file is missing, a run is listed twice, CodeCarbon's epochs are not
        given, or a log has another number of epochs than stated.
    """
    folder = Path(folder)
    listed = listed_runs(folder)
    runs = []
    for row in listed:
        for reading in _read(folder, row):
            runs.append((row["model"], row["subset"], reading))
    _refuse_repeated(reading for _, _, reading in runs)
    _warn_unlisted(folder, {row["file"] for row in listed})
    return runs


def listed_runs(folder: str | Path) -> list[Row]:
    """Return the rows of the `runs.csv` of a folder.

    Raises
    ------
    DatafootprintError
        If there is no such folder or file, or it lists no run.
    """
    if not Path(folder).is_dir():
        raise DatafootprintError(
            f"config: energy.logs is {str(folder)!r}, which is not a folder; name the one with "
            f"your logs and their {RUNS_FILE}."
        )
    listed = read_rows(Path(folder) / RUNS_FILE, "energy_runs")
    if not listed:
        raise DatafootprintError(f"{Path(folder) / RUNS_FILE}: it lists no run.")
    return listed


def _read(folder: Path, row: Row) -> list[RunReading]:
    path = folder / row["file"]
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except FileNotFoundError:
        raise DatafootprintError(
            f"{folder / RUNS_FILE}: it lists {row['file']}, which is not in that folder."
        ) from None
    except (OSError, ValueError) as error:
        raise DatafootprintError(
            f"{folder / RUNS_FILE}: it lists {row['file'][:100]!r}, which cannot be read "
            f"({getattr(error, 'strerror', None) or error})."
        ) from None
    if path.suffix == ".csv":
        if row["epochs"] is None:
            raise DatafootprintError(
                f"{folder / RUNS_FILE}, {row['file']}: give the number of epochs; CodeCarbon does "
                "not record it."
            )
        return read_codecarbon_csv(
            text, row["file"], row["epochs"], row.get("run_id"), row.get("pue")
        )
    if row.get("run_id") is not None or row.get("pue") is not None:
        raise DatafootprintError(
            f"{folder / RUNS_FILE}, {row['file']}: run_id and pue are for CodeCarbon files; a "
            "Carbontracker log holds one run and states its PUE."
        )
    reading = read_carbontracker_log(text, row["file"])
    found = reading.epochs + reading.epochs_dropped
    if row["epochs"] is not None and found > row["epochs"]:
        raise DatafootprintError(
            f"{folder / RUNS_FILE}, {row['file']}: epochs is {row['epochs']}, the log has {found}."
        )
    if row["epochs"] is not None and reading.epochs < row["epochs"]:
        log.warning("%s: %d of %d epochs can be used.", row["file"], reading.epochs, row["epochs"])
    return [reading]


def _refuse_repeated(readings: Iterable[RunReading]) -> None:
    seen: dict[str, str] = {}
    for reading in readings:
        run = reading.run_id or reading.source
        if run in seen:
            also = "" if seen[run] == reading.source else f", as {seen[run]} too"
            raise DatafootprintError(f"{RUNS_FILE}: {reading.source} is listed twice{also}.")
        seen[run] = reading.source


def _warn_unlisted(folder: Path, listed: set[str]) -> None:
    unlisted = [
        path.name
        for path in sorted(folder.glob("*.log"))
        if path.name not in listed and not path.name.endswith(("_output.log", "_err.log"))
    ]
    if unlisted:
        log.warning(
            "%s: %d logs are not in %s and are not used: %s.",
            folder,
            len(unlisted),
            RUNS_FILE,
            ", ".join(unlisted),
        )
