"""The folder of logs that `energy.logs` names, from its `runs.csv` to energy per epoch."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.energy.carbontracker import read_carbontracker_log
from datafootprint.energy.codecarbon import read_codecarbon_csv
from datafootprint.energy.energy_tables import EnergyRuns
from datafootprint.energy.readings import GPU, RunReading
from datafootprint.errors import DatafootprintError
from datafootprint.tables import read_table, read_text, records_of

RUNS_FILE = "runs.csv"

log = logging.getLogger(__name__)


def summarise_logs(folder: str | Path, bounds: pd.DataFrame) -> pd.DataFrame:
    """Read the runs of a folder, warn of powers that its hardware cannot draw, and summarise them.

    Parameters
    ----------
    folder : str or Path
        As `read_runs` takes it.
    bounds : DataFrame
        The table `hardware_power`.

    Returns
    -------
    DataFrame
        The table `energy_per_epoch`.
    """
    runs = read_runs(folder)
    for sentence in implausible_powers((reading for _, _, reading in runs), bounds):
        log.warning(sentence)
    return summarise_runs(runs, str(folder))


def read_runs(folder: str | Path) -> list[tuple[str, str, RunReading]]:
    """Read every run that the `runs.csv` of a folder lists.

    Parameters
    ----------
    folder : str or Path
        Folder with `runs.csv` (the table `energy_runs`) and the Carbontracker logs (`*.log`) and
        CodeCarbon files (`*.csv`) it names.

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
    runs = [
        (row["model"], row["subset"], reading)
        for row in records_of(listed)
        for reading in _read(folder, row)
    ]
    _refuse_repeated(reading for _, _, reading in runs)
    _warn_unlisted(folder, set(listed["file"]))
    return runs


def listed_runs(folder: str | Path) -> pd.DataFrame:
    """Return the table `energy_runs` of a folder.

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
    listed = read_table(Path(folder) / RUNS_FILE, EnergyRuns)
    if listed.empty:
        raise DatafootprintError(f"{Path(folder) / RUNS_FILE}: it lists no run.")
    return listed


def summarise_runs(runs: Iterable[tuple[str, str, RunReading]], folder: str) -> pd.DataFrame:
    """Average the runs of each (model, subset).

    Each run counts once, whatever its number of epochs. Energies carry the PUE of their tool if all
    runs of a row agree on it; otherwise the row gives the energy of the equipment with PUE 1. The
    column `pue` always says which, so that a PUE is applied exactly once.

    Parameters
    ----------
    runs : iterable of (model, subset, RunReading)
        As `read_runs` returns them.
    folder : str
        Where the logs are, for the column `source`.

    Returns
    -------
    DataFrame
        The table `energy_per_epoch`. Standard deviations are between runs (n - 1), empty for a
        single run.
    """
    table = pd.DataFrame(
        [
            {
                "model": model,
                "subset": subset,
                "minutes_per_epoch": reading.seconds_per_epoch / 60,
                "it_kwh_per_epoch": reading.it_kwh_per_epoch,
                "pue": reading.pue,
                "source": reading.source,
                "epochs": reading.epochs,
                "epochs_dropped": reading.epochs_dropped,
                "gpus": sum(len(part.devices) for part in reading.components if part.name == GPU),
                "hardware": ", ".join(
                    f"{part.name}: {' + '.join(part.devices)}" for part in reading.components
                ),
                "tool": f"{reading.tool} {reading.tool_version}",
            }
            for model, subset, reading in runs
        ]
    )
    groups = table.groupby(["model", "subset"])
    for (model, subset), group in groups:
        _warn_of_differences(f"{model}, {subset}", group)
    one_pue = groups["pue"].min().where(groups["pue"].min() == groups["pue"].max(), 1.0)
    summary = groups.agg(
        minutes_per_epoch=("minutes_per_epoch", "mean"),
        source=("source", lambda sources: f"{folder}: " + "; ".join(sources)),
        it_kwh_per_epoch=("it_kwh_per_epoch", "mean"),
        minutes_sd=("minutes_per_epoch", "std"),
        runs=("source", "size"),
        epochs=("epochs", "sum"),
        epochs_dropped=("epochs_dropped", "sum"),
        gpus=("gpus", "mean"),
        hardware=("hardware", _distinct),
        tool=("tool", _distinct),
    )
    return summary.assign(
        pue=one_pue,
        kwh_per_epoch=summary["it_kwh_per_epoch"] * one_pue,
        kwh_sd=groups["it_kwh_per_epoch"].std() * one_pue,
    ).reset_index()


def _distinct(values: Iterable[Any]) -> str:
    return " | ".join(sorted(map(str, set(values))))


def _warn_of_differences(where: str, group: pd.DataFrame) -> None:
    for column, sentence in (
        ("pue", "the runs contain different PUEs (%s); their energy is given with PUE 1"),
        ("tool", "the runs were metered by %s"),
        ("hardware", "the runs used different hardware: %s"),
    ):
        if len(set(group[column])) > 1:
            log.warning(f"%s: {sentence}.", where, _distinct(group[column]))


def implausible_powers(readings: Iterable[RunReading], bounds: pd.DataFrame) -> list[str]:
    """Compare the power of each device with the range of its hardware.

    Parameters
    ----------
    readings : iterable of RunReading
        Runs as metered.
    bounds : DataFrame
        The table `hardware_power`. If several rows fit, the one with the longest text counts.

    Returns
    -------
    list of str
        One sentence for each component outside its range.
    """
    most_specific_first = bounds.sort_values(
        "hardware", key=lambda texts: -texts.str.len(), kind="stable"
    )
    sentences = []
    for reading in readings:
        for component in reading.components:
            devices = " ".join(component.devices).lower()
            bound = next(
                (
                    row
                    for row in most_specific_first.itertuples()
                    if component.name.startswith(row.component) and row.hardware.lower() in devices
                ),
                None,
            )
            power_w = component.power_w / len(component.devices)
            if bound is not None and not bound.min_w <= power_w <= bound.max_w:
                sentences.append(
                    f"{reading.source}: {component.name} drew {power_w:.3g} W on average, outside "
                    f"{bound.min_w:g} to {bound.max_w:g} W for "
                    f"{bound.hardware or 'any ' + component.name} ({bound.source})."
                )
    return sentences


def _read(folder: Path, row: dict[str, Any]) -> list[RunReading]:
    """Read the runs of one row of `runs.csv`."""
    path, where = folder / row["file"], f"{folder / RUNS_FILE}, {row['file']}"
    if not path.is_file():
        raise DatafootprintError(
            f"{folder / RUNS_FILE}: it lists {row['file']}, which is not in that folder."
        )
    if path.suffix == ".csv":
        if row["epochs"] is None:
            raise DatafootprintError(
                f"{where}: give the number of epochs; CodeCarbon does not record it."
            )
        return read_codecarbon_csv(path, row["epochs"], row["run_id"], row["pue"])
    if row["run_id"] is not None or row["pue"] is not None:
        raise DatafootprintError(
            f"{where}: run_id and pue are for CodeCarbon files; a Carbontracker log holds one run "
            "and states its PUE."
        )
    reading = read_carbontracker_log(read_text(path), row["file"])
    found = reading.epochs + reading.epochs_dropped
    if row["epochs"] is not None and found > row["epochs"]:
        raise DatafootprintError(f"{where}: epochs is {row['epochs']}, the log has {found}.")
    if row["epochs"] is not None and reading.epochs < row["epochs"]:
        log.warning("%s: %d of %d epochs can be used.", row["file"], reading.epochs, row["epochs"])
    return [reading]


def _refuse_repeated(readings: Iterable[RunReading]) -> None:
    seen: dict[str, str] = {}
    for reading in readings:
        run = reading.run_id or reading.source
        if run in seen:
            also = "" if seen[run] == reading.source else f", also as {seen[run]}"
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
