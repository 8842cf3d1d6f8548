"""What a campaign has measured: energy to accuracy, and gain with the cost of the selection."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from datafootprint.energy.break_even import break_even_reuses
from datafootprint.energy.carbontracker import read_epoch_energies, read_pue
from datafootprint.energy.epoch import FULL
from datafootprint.energy.gains import gain_of, is_resolved
from datafootprint.energy.to_accuracy import energy_to_accuracy
from datafootprint.legacy_tables import Row


def measured_energy_to_accuracy(
    folder: str | Path, runs: Sequence[dict[str, Any]], targets: Iterable[float]
) -> list[Row]:
    """Average over the repeats the energy at which each target is first reached.

    Parameters
    ----------
    folder : str or Path
        With the logs of the runs.
    runs : sequence of dict
        As `campaign.measure` returns them.
    targets : iterable of float
        Accuracies as fractions.

    Returns
    -------
    list of dict
        strategy, target, energy_wh (PUE of the tracker and selection included); energy_wh is None
        unless every repeat reached the target.
    """
    targets = list(targets)
    found: dict[tuple[str, float], list[float | None]] = defaultdict(list)
    for run in runs:
        epochs, selection = _energies_wh(Path(folder), run)
        totals = accumulate(epochs, initial=selection)
        next(totals)
        curve = list(zip(totals, run["accuracies"], strict=True))
        for row in energy_to_accuracy({run["strategy"]: curve}, targets):
            found[row["strategy"], row["target"]].append(row["energy_wh"])
    return [
        {"strategy": strategy, "target": target, "energy_wh": _mean_if_all(values)}
        for (strategy, target), values in found.items()
    ]


def compare_strategies(folder: str | Path, runs: Sequence[dict[str, Any]]) -> list[Row]:
    """Compare each strategy with training on everything, selection included.

    Returns
    -------
    list of dict
        Rows of the table `measured_strategies`. The gain counts training alone; `gain_resolved`
        says whether it lies beyond the 95% interval between repeats, and only then `reuses`
        says how many runs on the chosen data repay the selection. All are empty without `full`.
    """
    by_strategy: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for run in runs:
        by_strategy[run["strategy"]].append(run)
    rows = []
    for strategy, group in by_strategy.items():
        energies = [_energies_wh(Path(folder), run) for run in group]
        training = [sum(epochs) for epochs, _ in energies]
        accuracies = [run["accuracies"][-1] for run in group]
        rows.append(
            {
                "strategy": strategy,
                "repeats": len(group),
                "epochs": group[0]["epochs"],
                "samples_seen": statistics.fmean(sum(run["samples"]) for run in group),
                "accuracy": statistics.fmean(accuracies),
                "accuracy_sd": _stdev(accuracies),
                "training_wh": statistics.fmean(training),
                "training_wh_sd": _stdev(training),
                "selection_wh": statistics.fmean(selection for _, selection in energies),
                "selection_seconds": statistics.fmean(run["selection_seconds"] for run in group),
            }
        )
    full_row = next((row for row in rows if row["strategy"] == FULL), None)
    for row in rows:
        row["training_gain"] = row["gain_resolved"] = row["reuses"] = None
        if full_row is not None and row is not full_row:
            saved = full_row["training_wh"] - row["training_wh"]
            row["training_gain"] = gain_of(full_row["training_wh"], row["training_wh"])
            row["gain_resolved"] = is_resolved(
                (full_row["training_wh"], row["training_wh"]),
                (full_row["training_wh_sd"], row["training_wh_sd"]),
                (full_row["repeats"], row["repeats"]),
            )
            if row["gain_resolved"]:
                row["reuses"] = break_even_reuses(row["selection_wh"], saved)
    return rows


def _energies_wh(folder: Path, run: dict[str, Any]) -> tuple[list[float], float]:
    """Return the energy of each epoch and of the selection in Wh, each with the tracker's PUE."""

    def read(name: str) -> list[float]:
        text = (folder / name).read_text(encoding="utf-8")
        factor = 1000 * read_pue(text)
        return [kwh * factor for kwh in read_epoch_energies(text, name)]

    selection = sum(read(run["selection_log"])) if run["selection_log"] else 0.0
    return read(run["log"]), selection


def _mean_if_all(values: list[float | None]) -> float | None:
    reached = [value for value in values if value is not None]
    return statistics.fmean(reached) if len(reached) == len(values) else None


def _stdev(values: list[float]) -> float | None:
    return statistics.stdev(values) if len(values) > 1 else None
