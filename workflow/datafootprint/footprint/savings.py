"""What the literature would have saved, and would save per year, had part of it used a subset.

A saving is adoption x gain x what was consumed, for training (gain of the energy per epoch, with as
many epochs as on the full data) and for storage (the pruned fraction). Training on a subset for as
many *iterations* as on the full data takes more epochs as there are fewer samples, and saves
nothing; accuracy often rises with them, up to some point (Sorscher et al., 2022, Section 7).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.energy import FULL
from datafootprint.energy.epoch import run_energy_per_epoch
from datafootprint.energy.gains import gains
from datafootprint.footprint.carbon import Grid
from datafootprint.footprint.emissions import amounts_by_method, storage_energy, storage_per_run
from datafootprint.footprint.footprint_tables import (
    FORWARD,
    PAST,
    SAME_EPOCHS,
    SAME_ITERATIONS,
    STORAGE,
    TRAINING,
)


def energy_savings(
    training_runs: pd.DataFrame, energy: pd.DataFrame, config: Mapping[str, Any]
) -> pd.DataFrame:
    """Estimate the energy that every scenario saves, by each method: `Frugality` without emissions.

    The scope `past` covers all years, `forward_per_year` one more year at the runs of the last one.
    `config` has the sections `frugality`, `training`, `storage` and `dataset`.
    """
    frugality = config["frugality"]
    found = gains(energy, frugality["subset"], frugality["pruned_fraction"])
    found = found.assign(regime=SAME_EPOCHS)
    nothing = found.head(1).assign(regime=SAME_ITERATIONS, gain=0.0)
    epochs = pd.Series(epochs_of_a_run(config), name="epochs", dtype=float)
    training = pd.concat([found, nothing]).merge(epochs, "cross").assign(of=TRAINING)
    of_an_epoch = run_energy_per_epoch(energy, {**config["training"], "energy_subset": FULL})
    training["kwh_per_run"] = training["epochs"] * of_an_epoch.to("kWh / epoch").magnitude
    stored = storage_energy(storage_per_run(config), config["storage"])
    kept = found.head(1).assign(of=STORAGE, epochs=0.0, kwh_per_run=stored.to("kWh/run").magnitude)
    adoption = pd.Series(frugality["adoption"], name="adoption")
    savings = pd.concat(
        _scopes(use, training_runs).sum().rename("amount").reset_index().merge(rows, "cross")
        for use, rows in ((TRAINING, training), (STORAGE, kept))
    )
    savings = savings.merge(adoption, "cross")
    baseline = savings["amount"] * savings["kwh_per_run"]
    saved = baseline * savings["gain"] * savings["adoption"]
    return savings.assign(baseline_energy_kwh=baseline, saved_energy_kwh=saved)


def epochs_of_a_run(config: Mapping[str, Any]) -> list[float]:
    """Return the lengths of a run to look at: that of the estimate, and those to compare."""
    return sorted({*config["frugality"]["epochs"], config["training"]["epochs"]})


def with_emissions(savings: pd.DataFrame, training_runs: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """Add to `energy_savings` the emissions that they avoid: the table `Frugality`.

    The energy of each year weights its intensity.
    """
    means: dict[tuple[str, ...], float] = {}
    for use in (TRAINING, STORAGE):
        amounts = _scopes(use, training_runs)
        found = grid.mean(amounts.to_numpy(), amounts.index)
        means |= dict(zip(((use, *key) for key in amounts.columns), found, strict=True))
    keys = zip(savings["of"], savings["scope"], savings["method"], strict=True)
    g_per_kwh = np.array([means[key] for key in keys])
    avoided = grid.emitted(savings["saved_energy_kwh"].to_numpy(), g_per_kwh)
    saved = {f"saved_{column}": values for column, values in avoided.items()}
    return savings.assign(gas_basis=grid.gas_basis, **saved)


def _scopes(use: str, training_runs: pd.DataFrame) -> pd.DataFrame:
    """Return runs as configured, or papers, with a row per year, a column per scope and method."""
    past = amounts_by_method(use, training_runs)
    last = past.tail(1).reindex(past.index, fill_value=0.0)
    return pd.concat({PAST: past, FORWARD: last}, axis=1, names=["scope", "method"])
