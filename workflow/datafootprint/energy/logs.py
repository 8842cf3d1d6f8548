"""The folder of logs that `energy.logs` names, from its `runs.csv` to energy per epoch."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.energy.carbontracker import read_carbontracker_log
from datafootprint.energy.codecarbon import read_codecarbon_csv
from datafootprint.energy.energy_tables import EnergyRuns
from datafootprint.energy.readings import PROCESS, RunReading, add_up
from datafootprint.errors import DatafootprintError
from datafootprint.tables import read_table, read_text, records_of

RUNS_FILE = "runs.csv"
#: How many files a warning names.
SHOWN = 3
#: Runs of one model and subset that differ by more per epoch are warned of.
LARGEST_RATIO = 2

#: A row of `runs.csv` and what was metered of it.
Run = tuple[dict[str, Any], RunReading]

log = logging.getLogger(__name__)


def summarise_logs(folder: str | Path, bounds: pd.DataFrame) -> pd.DataFrame:
    """Summarise the runs of a folder as the table `energy_per_epoch`.

    Powers that the hardware cannot draw, by the table `hardware_power`, are warned of.
    """
    runs = read_runs(folder)
    for sentence in implausible_powers([reading for _, reading in runs], bounds):
        log.warning(sentence)
    return summarise_runs(runs, str(folder))


def read_runs(folder: str | Path) -> list[Run]:
    """Read every run that the `runs.csv` of a folder lists; parts of a run are added up."""
    folder = Path(folder)
    listed = listed_runs(folder)
    named = {file: set(rows["run_id"].dropna()) for file, rows in listed.groupby("file")}
    together: dict[tuple[str, ...], list[Run]] = {}
    seen: dict[str, str] = {}
    for row in records_of(listed):
        for reading in _read(folder / row["file"], row, named[row["file"]]):
            # Processes of one run may share its name.
            run = (None if row["part_of"] else reading.run_id) or reading.source
            if run in seen:
                raise DatafootprintError(
                    f"{folder / RUNS_FILE}: the run of {reading.source} is listed twice, also as "
                    f"{seen[run]}."
                )
            seen[run] = reading.source
            whole = (row["model"], row["subset"], row["part_of"] or "", row["part_of"] or run)
            together.setdefault(whole, []).append((row, reading))
    runs = [(parts[0][0], add_up([part for _, part in parts])) for parts in together.values()]
    _warn(folder, listed, runs)
    return runs


def _warn(folder: Path, listed: pd.DataFrame, runs: Sequence[Run]) -> None:
    """Log a line for each kind of thing that a reader of the result must know."""
    # A note on a file is at each of its runs.
    notes = {(*note, row["file"]) for row, one in runs for note in one.notes if note[1]}
    kinds = pd.DataFrame(sorted(notes), columns=["what", "times", "file"]).groupby("what")
    for what, found in kinds:
        log.warning("%s: %d %s (%s).", folder, found["times"].sum(), what, _some(found["file"]))
    alone = defaultdict(list)
    for row, one in runs:
        if one.tracking_mode == PROCESS and row["part_of"] is None:
            alone[one.experiment].append(one.source)
    for experiment, sources in alone.items():
        if len(sources) > 1:
            log.warning(
                f"{folder}: {len(sources)} runs of {experiment} metered one process each and count "
                "as repeats. If they are processes of one run, give them one name in the column "
                f"part_of of {RUNS_FILE} ({_some(sources)})."
            )
    files = {path.name for pattern in ("*.log", "*.csv") for path in folder.glob(pattern)}
    files -= {RUNS_FILE, *listed["file"]}
    if unused := sorted(name for name in files if not name.endswith(("_output.log", "_err.log"))):
        log.warning("%s: not listed in %s, not used: %s.", folder, RUNS_FILE, _some(unused))


def _some(names: Iterable[str]) -> str:
    """Return the first names, and how many more there are."""
    names = list(names)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return "; ".join(names[:SHOWN]) + more


def listed_runs(folder: str | Path) -> pd.DataFrame:
    """Return the table `energy_runs` of a folder; it must list a run."""
    folder = Path(folder)
    if not folder.is_dir():
        raise DatafootprintError(
            f"config: energy.logs is {str(folder)!r}, which is not a folder; name the one with "
            f"your logs and their {RUNS_FILE}."
        )
    listed = read_table(folder / RUNS_FILE, EnergyRuns)
    if listed.empty:
        raise DatafootprintError(f"{folder / RUNS_FILE}: it lists no run.")
    return listed


def _read(path: Path, row: dict[str, Any], named: Collection[str]) -> list[RunReading]:
    """Read the runs of one row of `runs.csv`; `named` are those of the file that rows name."""
    where, epochs = f"{path.with_name(RUNS_FILE)}, {path.name}", row["epochs"]
    if not path.is_file():
        raise DatafootprintError(f"{where}: there is no such file in that folder.")
    if path.suffix == ".csv":
        if epochs is None or row["epochs_per_logged"] is not None:
            raise DatafootprintError(
                f"{where}: give the number of epochs, and no epochs_per_logged; CodeCarbon does "
                "not record epochs."
            )
        return read_codecarbon_csv(path, epochs, row["run_id"], row["pue"], named)
    if row["run_id"] is not None or row["pue"] is not None:
        raise DatafootprintError(
            f"{where}: run_id and pue are for CodeCarbon files; a Carbontracker log holds one run "
            "and states its PUE."
        )
    reading = read_carbontracker_log(read_text(path), path.name)
    each = row["epochs_per_logged"] or 1.0
    logged = (reading.epochs + reading.epochs_dropped) * each
    given = epochs or logged
    if logged == 1 < given and row["epochs_per_logged"] is None:
        raise DatafootprintError(
            f"{where}: epochs is {epochs}, but the log has one epoch. If that is the whole run, "
            f"set the column epochs_per_logged to {epochs}; if only the first epoch was logged, "
            "set epochs to 1."
        )
    if logged > given * (1 + 1e-9):
        raise DatafootprintError(f"{where}: epochs is {epochs}, the log has {logged:g}.")
    missing = ("epoch(s) of runs.csv are not in the log", round(given - logged))
    whole = replace(
        reading,
        epochs=reading.epochs * each,
        seconds_per_epoch=reading.seconds_per_epoch / each,
        it_kwh_per_epoch=reading.it_kwh_per_epoch / each,
        notes=(*reading.notes, missing),
    )
    return [whole]


def summarise_runs(runs: Iterable[Run], folder: str) -> pd.DataFrame:
    """Average the runs of each (model, subset) to the table `energy_per_epoch`.

    Each run counts once, whatever its number of epochs. Energies carry the PUE of their tool if all
    runs of a row agree on it; otherwise the row gives the energy of the equipment with PUE 1. The
    column `pue` always says which, so that a PUE is applied exactly once. Standard deviations are
    between runs (n - 1). `folder` is named in the column `source`.
    """
    table = pd.DataFrame(
        [
            {
                **row,
                **vars(reading),
                "source": reading.source + (f" ({row['remark']})" if row["remark"] else ""),
                "minutes": reading.seconds_per_epoch / 60,
                "gpus": reading.gpus,
                "hardware": reading.hardware,
                "assumed_share": reading.assumed_share,
            }
            for row, reading in runs
        ]
    ).astype({"gpus": float, "assumed_share": float})
    groups = table.groupby(["model", "subset"])
    for column in ("pue", "tool", "hardware", "dataset"):
        each = groups[column].unique()
        if mixed := [", ".join(name) for name in each.index[each.map(len) > 1]]:
            more = "; the energy is given with PUE 1" if column == "pue" else ""
            values = _some(sorted({str(value) for found in each for value in found}))
            log.warning(f"runs of different {column} are averaged{more}: {_some(mixed)}: {values}.")
    spread = groups["it_kwh_per_epoch"].agg(["min", "max"])
    for name, low, high in spread[spread["max"] > LARGEST_RATIO * spread["min"]].itertuples():
        log.warning(
            f"runs of {', '.join(name)} that used {low:.3g} to {high:.3g} kWh per epoch are "
            f"averaged; is the number of epochs in {RUNS_FILE} that of each run?"
        )
    one_pue = groups["pue"].min().where(groups["pue"].min() == groups["pue"].max(), 1.0)
    summary = groups.agg(
        minutes_per_epoch=("minutes", "mean"),
        minutes_sd=("minutes", "std"),
        source=("source", lambda sources: f"{folder}: " + "; ".join(sources)),
        it_kwh_per_epoch=("it_kwh_per_epoch", "mean"),
        kwh_sd=("it_kwh_per_epoch", "std"),
        runs=("source", "size"),
        epochs=("epochs", "sum"),
        epochs_dropped=("epochs_dropped", "sum"),
        gpus=("gpus", "mean"),
        hardware=("hardware", _all),
        tool=("tool", _all),
        dataset=("dataset", _all),
        assumed_share=("assumed_share", "mean"),
    )
    return summary.assign(
        pue=one_pue,
        kwh_per_epoch=summary["it_kwh_per_epoch"] * one_pue,
        kwh_sd=summary["kwh_sd"] * one_pue,
    ).reset_index()


def _all(values: pd.Series) -> str | None:
    return " | ".join(sorted(map(str, set(values.dropna())))) or None


def implausible_powers(readings: Iterable[RunReading], bounds: pd.DataFrame) -> list[str]:
    """Say which components drew a power outside the range of their hardware, a sentence per range.

    `bounds` is the table `hardware_power`; of several rows that fit, the longest text counts.
    """
    by_length = sorted(records_of(bounds), key=lambda bound: -len(bound["hardware"]))
    outside = defaultdict(list)
    for reading in readings:
        for part in reading.components:
            devices, power_w = " ".join(part.devices).lower(), part.power_w / len(part.devices)
            fitting = (
                bound
                for bound in by_length
                if part.name == bound["component"] and bound["hardware"].lower() in devices
            )
            bound = next(fitting, None)
            if bound and not bound["min_w"] <= power_w <= bound["max_w"]:
                limits = (
                    f"{bound['min_w']:g} to {bound['max_w']:g} W for "
                    f"{bound['hardware'] or f'any {part.name}'} ({bound['source']})"
                )
                outside[f"{part.name} drew a mean power outside {limits}"].append(
                    f"{power_w:.3g} W in {reading.source}"
                )
    return [f"{what}: {_some(drawn)}." for what, drawn in outside.items()]
