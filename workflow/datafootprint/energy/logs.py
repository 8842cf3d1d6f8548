"""The folder of logs that `energy.logs` names, from its `runs.csv` to energy per epoch."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.energy.carbontracker import read_carbontracker_log
from datafootprint.energy.codecarbon import read_codecarbon_csv
from datafootprint.energy.energy_tables import EnergyRuns
from datafootprint.energy.readings import RunReading
from datafootprint.errors import DatafootprintError
from datafootprint.tables import read_table, read_text, records_of

RUNS_FILE = "runs.csv"

log = logging.getLogger(__name__)


def summarise_logs(folder: str | Path, bounds: pd.DataFrame) -> pd.DataFrame:
    """Summarise the runs of a folder as the table `energy_per_epoch`.

    Powers that the hardware cannot draw, by the table `hardware_power`, are warned of.
    """
    runs = read_runs(folder)
    for sentence in implausible_powers((reading for _, _, reading in runs), bounds):
        log.warning(sentence)
    return summarise_runs(runs, str(folder))


def read_runs(folder: str | Path) -> list[tuple[str, str, RunReading]]:
    """Read every run that the `runs.csv` of a folder lists, as (model, subset, reading)."""
    folder = Path(folder)
    listed = listed_runs(folder)
    runs = []
    seen: dict[str, str] = {}
    for row in records_of(listed):
        for reading in _read(folder / row["file"], row):
            run = reading.run_id or reading.source
            if run in seen:
                raise DatafootprintError(
                    f"{folder / RUNS_FILE}: the run of {reading.source} is listed twice, also as "
                    f"{seen[run]}."
                )
            seen[run] = reading.source
            runs.append((row["model"], row["subset"], reading))
    other = {path.name for path in folder.glob("*.log")} - set(listed["file"])
    if unused := sorted(name for name in other if not name.endswith(("_output.log", "_err.log"))):
        log.warning("%s: not listed in %s, not used: %s.", folder, RUNS_FILE, ", ".join(unused))
    return runs


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


def _read(path: Path, row: dict[str, Any]) -> list[RunReading]:
    """Read the runs of one row of `runs.csv`."""
    where, epochs = f"{path.with_name(RUNS_FILE)}, {path.name}", row["epochs"]
    if not path.is_file():
        raise DatafootprintError(f"{where}: there is no such file in that folder.")
    if path.suffix == ".csv":
        if epochs is None:
            raise DatafootprintError(
                f"{where}: give the number of epochs; CodeCarbon does not record it."
            )
        return read_codecarbon_csv(path, epochs, row["run_id"], row["pue"])
    if row["run_id"] is not None or row["pue"] is not None:
        raise DatafootprintError(
            f"{where}: run_id and pue are for CodeCarbon files; a Carbontracker log holds one run "
            "and states its PUE."
        )
    reading = read_carbontracker_log(read_text(path), path.name)
    found = reading.epochs + reading.epochs_dropped
    if epochs is not None and found > epochs:
        raise DatafootprintError(f"{where}: epochs is {epochs}, the log has {found}.")
    if epochs is not None and reading.epochs < epochs:
        log.warning("%s: %d of %d epochs can be used.", path.name, reading.epochs, epochs)
    return [reading]


def summarise_runs(runs: Iterable[tuple[str, str, RunReading]], folder: str) -> pd.DataFrame:
    """Average the runs of each (model, subset) to the table `energy_per_epoch`.

    Each run counts once, whatever its number of epochs. Energies carry the PUE of their tool if all
    runs of a row agree on it; otherwise the row gives the energy of the equipment with PUE 1. The
    column `pue` always says which, so that a PUE is applied exactly once. Standard deviations are
    between runs (n - 1). `folder` is named in the column `source`.
    """
    table = pd.DataFrame(
        [
            {
                "model": model,
                "subset": subset,
                **vars(reading),
                "minutes": reading.seconds_per_epoch / 60,
                "gpus": reading.gpus,
                "hardware": reading.hardware,
                "tool": f"{reading.tool} {reading.tool_version}",
            }
            for model, subset, reading in runs
        ]
    )
    groups = table.groupby(["model", "subset"])
    for name, group in groups:
        for column in ("pue", "tool", "hardware"):
            if len(set(group[column])) > 1:
                more = "; the energy is given with PUE 1" if column == "pue" else ""
                which = ", ".join(map(str, name))
                log.warning(f"{which}: runs of different {column}: {_all(group[column])}{more}.")
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
    )
    return summary.assign(
        pue=one_pue,
        kwh_per_epoch=summary["it_kwh_per_epoch"] * one_pue,
        kwh_sd=summary["kwh_sd"] * one_pue,
    ).reset_index()


def _all(values: Iterable[Any]) -> str:
    return " | ".join(sorted(map(str, set(values))))


def implausible_powers(readings: Iterable[RunReading], bounds: pd.DataFrame) -> list[str]:
    """Say in a sentence which components drew a power outside the range of their hardware.

    `bounds` is the table `hardware_power`; of several rows that fit, the longest text counts.
    """
    by_length = sorted(records_of(bounds), key=lambda bound: -len(bound["hardware"]))
    sentences = []
    for reading in readings:
        for part in reading.components:
            devices, power_w = " ".join(part.devices).lower(), part.power_w / len(part.devices)
            fitting = [
                bound
                for bound in by_length
                if part.name.startswith(bound["component"]) and bound["hardware"].lower() in devices
            ]
            if fitting and not fitting[0]["min_w"] <= power_w <= fitting[0]["max_w"]:
                bound = fitting[0]
                sentences.append(
                    f"{reading.source}: {part.name} drew {power_w:.3g} W on average, outside "
                    f"{bound['min_w']:g} to {bound['max_w']:g} W for "
                    f"{bound['hardware'] or 'any ' + part.name} ({bound['source']})."
                )
    return sentences
