"""From metered runs to energy and time per epoch of each model and subset."""

import logging
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from datafootprint.energy.plausibility import implausible_powers
from datafootprint.energy.readings import GPU, RunReading
from datafootprint.energy.runs import read_runs
from datafootprint.legacy_tables import Row

log = logging.getLogger(__name__)


def summarise_logs(folder: str | Path, bounds: Sequence[Row]) -> list[Row]:
    """Read the runs of a folder, warn of powers that its hardware cannot draw, and summarise them.

    Parameters
    ----------
    folder : str or Path
        As `runs.read_runs` wants it.
    bounds : sequence of rows
        As `plausibility.implausible_powers` wants them.

    Returns
    -------
    list of dict
        Rows of the table `energy_per_epoch`.
    """
    runs = read_runs(folder)
    for sentence in implausible_powers((reading for _, _, reading in runs), bounds):
        log.warning(sentence)
    return summarise_runs(runs, str(folder))


def summarise_runs(runs: Iterable[tuple[str, str, RunReading]], folder: str) -> list[Row]:
    """Average the runs of each (model, subset).

    Each run counts once, whatever its number of epochs. Energies carry the PUE of their tool when
    all runs of a row agree on it; otherwise the row gives the energy of the equipment with PUE 1.
    The column `pue` always says which, so that a PUE is applied exactly once.

    Parameters
    ----------
    runs : iterable of (model, subset, RunReading)
        As `runs.read_runs` gives them.
    folder : str
        Where the logs lie, for the column `source`.

    Returns
    -------
    list of dict
        Rows of the table `energy_per_epoch`. Standard deviations are between runs (n - 1), empty
        for a single run.
    """
    grouped: dict[tuple[str, str], list[RunReading]] = defaultdict(list)
    for model, subset, reading in runs:
        grouped[model, subset].append(reading)
    return [_row(model, subset, group, folder) for (model, subset), group in grouped.items()]


def _row(model: str, subset: str, group: list[RunReading], folder: str) -> Row:
    where = f"{model}, {subset}"
    pues = sorted({reading.pue for reading in group})
    if len(pues) > 1:
        log.warning(
            "%s: the runs contain different PUEs (%s); their energy is given with PUE 1.",
            where,
            ", ".join(map(str, pues)),
        )
    versions = sorted({f"{reading.tool} {reading.tool_version}" for reading in group})
    if len(versions) > 1:
        log.warning("%s: the runs were metered by %s.", where, ", ".join(versions))
    hardware = sorted({_hardware(reading) for reading in group})
    if len(hardware) > 1:
        log.warning("%s: the runs used different hardware: %s.", where, " | ".join(hardware))
    pue = pues[0] if len(pues) == 1 else 1.0
    minutes = [reading.seconds_per_epoch / 60 for reading in group]
    it_kwh = [reading.it_kwh_per_epoch for reading in group]
    return {
        "model": model,
        "subset": subset,
        "parameters_million": None,
        "minutes_per_epoch": statistics.fmean(minutes),
        "kwh_per_epoch": statistics.fmean(it_kwh) * pue,
        "kwh_sd": statistics.stdev(it_kwh) * pue if len(group) > 1 else None,
        "pue": pue,
        "source": f"{folder}: " + "; ".join(reading.source for reading in group),
        "it_kwh_per_epoch": statistics.fmean(it_kwh),
        "minutes_sd": statistics.stdev(minutes) if len(group) > 1 else None,
        "runs": len(group),
        "epochs": sum(reading.epochs for reading in group),
        "epochs_dropped": sum(reading.epochs_dropped for reading in group),
        "gpus": statistics.fmean(map(_gpus, group)),
        "hardware": " | ".join(hardware),
        "tool": " | ".join(versions),
    }


def _gpus(reading: RunReading) -> int:
    return sum(len(part.devices) for part in reading.components if part.name == GPU)


def _hardware(reading: RunReading) -> str:
    return ", ".join(
        f"{component.name}: {' + '.join(component.devices)}" for component in reading.components
    )
