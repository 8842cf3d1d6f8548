"""What a campaign has measured: energy to accuracy, and gain with the cost of the selection."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.energy import FULL
from datafootprint.energy.carbontracker import read_epochs_wh
from datafootprint.energy.gains import break_even_reuses, gain_of, is_resolved

RUN = ["strategy", "repeat"]


def measured_epochs(folder: str | Path, runs: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Read the energy of each epoch of a campaign, the runs of `campaign.measure`, from its logs.

    selection_wh and selection_seconds are those of the whole run; energies contain the tracker's
    PUE.
    """
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "samples": run["samples"],
                    "accuracy": run["accuracies"],
                    "training_wh": _energies_wh(Path(folder), run["log"]),
                }
            ).assign(
                strategy=run["strategy"],
                repeat=run["repeat"],
                selection_wh=sum(_energies_wh(Path(folder), run["selection_log"])),
                selection_seconds=run["selection_seconds"],
            )
            for run in runs
        ],
        ignore_index=True,
    )


def energy_to_accuracy(epochs: pd.DataFrame, targets: Iterable[float]) -> pd.DataFrame:
    """Average the energy that first reaches each target: the table `energy_to_accuracy`.

    Selection is included; energy_wh is NaN unless every repeat reached the target.
    """
    so_far = epochs["selection_wh"] + epochs.groupby(RUN)["training_wh"].cumsum()
    tables = []
    for target in targets:
        at_target = epochs[RUN].assign(energy_wh=so_far.where(epochs["accuracy"] >= target))
        first = at_target.groupby(RUN)["energy_wh"].min()
        means = first.groupby("strategy").mean(skipna=False)
        tables.append(means.reset_index().assign(target=target))
    return pd.concat(tables, ignore_index=True)


def compare_strategies(epochs: pd.DataFrame) -> pd.DataFrame:
    """Compare the strategies of `measured_epochs`: the table `measured_strategies`.

    The gain over training on everything counts training alone. `reuses` says how many runs on the
    chosen data repay the selection, if the gain is resolved. All are empty without `full`.
    """
    runs = epochs.groupby(RUN, as_index=False).agg(
        epochs=("accuracy", "size"),
        samples_seen=("samples", "sum"),
        accuracy=("accuracy", "last"),
        training_wh=("training_wh", "sum"),
        selection_wh=("selection_wh", "first"),
        selection_seconds=("selection_seconds", "first"),
    )
    table = runs.groupby("strategy").agg(
        repeats=("epochs", "size"),
        epochs=("epochs", "first"),
        samples_seen=("samples_seen", "mean"),
        accuracy=("accuracy", "mean"),
        accuracy_sd=("accuracy", "std"),
        training_wh=("training_wh", "mean"),
        training_wh_sd=("training_wh", "std"),
        selection_wh=("selection_wh", "mean"),
        selection_seconds=("selection_seconds", "mean"),
    )
    full = table.reindex([FULL]).iloc[0]
    compared = ["training_wh", "training_wh_sd", "repeats"]
    resolved = is_resolved(full[compared].tolist(), [table[column] for column in compared])
    saved_wh = full["training_wh"] - table["training_wh"]
    gain = pd.DataFrame(
        {
            "training_gain": gain_of(full["training_wh"], table["training_wh"]),
            "gain_resolved": pd.Series(resolved, table.index),
            "reuses": break_even_reuses(table["selection_wh"], saved_wh).where(resolved),
        }
    )
    return table.join(gain.drop(index=FULL, errors="ignore")).reset_index()


def _energies_wh(folder: Path, name: str | None) -> list[float]:
    """Return the energies of a log; none without a log."""
    return read_epochs_wh((folder / name).read_text(encoding="utf-8"), name) if name else []
