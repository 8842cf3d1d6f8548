"""How much energy an epoch on a subset saves, and when choosing the subset has paid off."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.energy import FULL
from datafootprint.errors import DatafootprintError

#: A gain is resolved if the energies differ at this level.
SIGNIFICANCE = 0.05

log = logging.getLogger(__name__)


def gain_of(full: Any, pruned: Any) -> Any:
    """Return the part saved, 1 - pruned / full (the columns "Gain" of Table 1)."""
    return 1 - pruned / full


def gains(energy: pd.DataFrame, subset: str, pruned_fraction: float) -> pd.DataFrame:
    """List the gains that a subset allows to claim: gain_kind, model, gain (fraction of a run).

    `energy` is the table `energy_per_epoch`. A measured gain above the pruned fraction does not
    come from fewer samples: with the ResNets of Table 1 the throughput rises as well (data
    loading). It is shown as measured, and capped at the pruned fraction where it is transferred to
    other people's runs. One that is within the spread between the runs is left out, and so is that
    of an energy that stands for no run, beside others that do.
    """
    if energy["unfit"].isna().any():
        energy = energy[energy["unfit"].isna()]
    proportional = {"gain_kind": "proportional", "model": "", "gain": pruned_fraction}
    table = _beside_full(energy)
    resolved = table["gain_resolved"].fillna(True).astype(bool)
    table = table.loc[(table["subset"] == subset) & resolved, ["model", "energy_gain"]]
    measured = table.rename(columns={"energy_gain": "gain"}).assign(gain_kind="measured")
    capped = measured.assign(
        gain=measured["gain"].clip(upper=pruned_fraction), gain_kind="measured_capped"
    )
    return pd.concat([pd.DataFrame([proportional]), measured, capped], ignore_index=True)


def measured_gains(energy: pd.DataFrame) -> pd.DataFrame:
    """Compare each subset with the full data of the same model: the table `energy_gains`.

    A gain that is not resolved is warned of.
    """
    if len(energy) and FULL not in set(energy["subset"]):
        raise DatafootprintError("energy per epoch: no model was measured on the subset 'full'.")
    table = _beside_full(energy)
    noise = table[~table["gain_resolved"].fillna(True).astype(bool)]
    if len(noise):
        each = noise["model"] + " " + noise["subset"] + noise["energy_gain"].map(" ({:.0%})".format)
        log.warning(
            "Gains within the spread between the runs, which no saving is estimated from: %s; "
            "measure more runs.",
            ", ".join(each),
        )
    return table[["model", "subset", "time_gain", "energy_gain", "gain_resolved"]]


def _beside_full(energy: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the subsets, with those of the same models on `full`, and the gains."""
    energy = energy.assign(
        it_kwh=energy["kwh_per_epoch"] / energy["pue"],
        it_kwh_sd=energy["kwh_sd"] / energy["pue"],
    )
    on_full = energy["subset"] == FULL
    table = energy[~on_full].merge(energy[on_full], on="model", suffixes=("", "_full"))
    return table.assign(
        time_gain=gain_of(table["minutes_per_epoch_full"], table["minutes_per_epoch"]),
        energy_gain=gain_of(table["it_kwh_full"], table["it_kwh"]),
        gain_resolved=is_resolved(
            (table["it_kwh_full"], table["it_kwh_sd_full"], table["runs_full"]),
            (table["it_kwh"], table["it_kwh_sd"], table["runs"]),
        ),
    )


def is_resolved(first: Sequence[Any], second: Sequence[Any]) -> Any:
    """Say whether two means differ at the 5% level, by the t test of Welch.

    Each is (mean, standard deviation between runs, number of runs), as numbers or arrays. The
    answer is NA where a deviation is not known.
    """
    given = np.broadcast_arrays(*(np.asarray(values, float) for values in (*first, *second)))
    unknown: Any = np.isnan(given).any(axis=0)
    if unknown.all():
        return pd.array([pd.NA] * unknown.size, dtype="boolean")
    from scipy.stats import ttest_ind_from_stats

    test = ttest_ind_from_stats(*given, equal_var=False)
    return pd.Series(test.pvalue < SIGNIFICANCE, dtype="boolean").mask(unknown).array


def break_even(
    selection_costs: pd.DataFrame, found: pd.DataFrame, run_epochs: Iterable[float]
) -> pd.DataFrame:
    """Say after how many runs on a subset its selection has paid off: the table `break_even`.

    N = ceil(selection cost / (gain x energy of a full run)). Costs are in epochs on the full data
    of the same model, so that the energy of an epoch cancels.
    """
    epochs = pd.Series(list(run_epochs), name="epochs")
    table = selection_costs.rename(columns={"full_epochs": "selection_epochs"})
    table = table.merge(found, "cross").merge(epochs, "cross")
    saved = table["gain"] * table["epochs"]
    reuses = break_even_reuses(table["selection_epochs"], saved)
    return table.assign(saved_epochs_per_run=saved, reuses=reuses)


def break_even_reuses(selection_cost: pd.Series, saved_per_run: pd.Series) -> pd.Series:
    """Return the smallest number of runs whose savings cover a cost in the same unit.

    NA if a run saves nothing.
    """
    # A quotient that only rounding lifts above a whole number does not need one more run.
    quotient = (selection_cost / saved_per_run).where(saved_per_run > 0).round(9)
    return pd.Series(np.ceil(quotient), dtype="Int64")


def ratio_to_standard(
    energy_to_accuracy: pd.DataFrame, strategies: Iterable[str], standard: str
) -> dict[float, float]:
    """Return, by target, the energy of the best of some strategies over that of standard training.

    NaN where either did not reach the target.
    """
    table = energy_to_accuracy.set_index("target")
    best = table[table["strategy"].isin(strategies)].groupby("target")["energy_wh"].min()
    ratios: Any = best / table.loc[table["strategy"] == standard, "energy_wh"]
    found: dict[float, float] = ratios.to_dict()
    return found
