"""What the literature would have saved, and would save a year, had part of it used a subset.

A saving is adoption x gain x what was consumed, for training (gain of the energy per epoch, with as
many epochs as on the full data) and for storage (the pruned fraction). Training on a subset for as
many *iterations* as on the full data takes more epochs as there are fewer samples, and saves
nothing; accuracy often rises with them, up to some point (Sorscher et al., 2022, Section 7).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datafootprint.energy.epoch import full_energy_per_epoch
from datafootprint.energy.gains import Gain, gains
from datafootprint.footprint.carbon import Grid
from datafootprint.footprint.emissions import storage_energy_per_run
from datafootprint.legacy_tables import Row
from datafootprint.literature.runs import runs_by_method
from datafootprint.units import quantity

PAST = "past"
FORWARD = "forward_per_year"
SAME_EPOCHS = "same_epochs"
SAME_ITERATIONS = "same_iterations"


def energy_savings(
    training_runs: Sequence[Row], energy: Sequence[Row], config: Mapping[str, Any]
) -> list[Row]:
    """Estimate the energy that every scenario saves, by each method.

    Parameters
    ----------
    training_runs : rows
        method, year, runs.
    energy : rows
        model, subset, kwh_per_epoch, pue.
    config : mapping
        The sections `frugality` (adoption, epochs, pruned_fraction, subset), `training`,
        `storage` and `dataset` of the configuration.

    Returns
    -------
    list of dict
        Rows of the table `frugality` without emissions. The scope `past` covers all years,
        `forward_per_year` one more year at the runs of the last one.
    """
    frugality = config["frugality"]
    found = gains(energy, frugality["subset"], frugality["pruned_fraction"])
    energy_per_epoch = full_energy_per_epoch(energy, config["training"])
    per_copy = storage_energy_per_run(config["storage"], config["dataset"]["size_gb"])
    rows: list[Row] = []
    for scope, by_method in _scopes(training_runs).items():
        for method, runs_of in by_method.items():
            runs = quantity(math.fsum(runs_of.values()), "run")
            common: Row = {"method": method, "scope": scope, "of": "training"}
            for epochs in epochs_of_a_run(config):
                consumed = (runs * quantity(epochs, "epoch / run") * energy_per_epoch).to("kWh")
                for regime, gain in _training_gains(found):
                    scenario = {**common, "epochs": epochs, "regime": regime}
                    rows += _saved(scenario, consumed.magnitude, gain, frugality["adoption"])
            consumed = (runs * per_copy).to("kWh")
            scenario = {**common, "of": "storage", "epochs": 0, "regime": SAME_EPOCHS}
            rows += _saved(scenario, consumed.magnitude, found[0], frugality["adoption"])
    return rows


def epochs_of_a_run(config: Mapping[str, Any]) -> list[float]:
    """Return the lengths of a run that are looked at: that of the estimate, and those to compare.

    Parameters
    ----------
    config : mapping
        The sections `frugality` (epochs) and `training` (epochs) of the configuration.
    """
    return sorted({*config["frugality"]["epochs"], config["training"]["epochs"]})


def with_emissions(savings: Iterable[Row], training_runs: Sequence[Row], grid: Grid) -> list[Row]:
    """Add the emissions that a saving of energy avoids.

    Parameters
    ----------
    savings : rows
        As `energy_savings` gives them.
    training_runs : rows
        method, year, runs; they weight the intensities of the years.
    grid : Grid
        With the intensity of each year of `training_runs`.

    Returns
    -------
    list of dict
        Rows of the table `frugality`.
    """
    mean_g_per_kwh = {
        (scope, method): grid.intensity.mean(runs)
        for scope, by_method in _scopes(training_runs).items()
        for method, runs in by_method.items()
    }
    rows = []
    for row in savings:
        avoided = grid.emitted(row["saved_energy_kwh"], mean_g_per_kwh[row["scope"], row["method"]])
        rows.append(
            {
                **row,
                "gas_basis": grid.intensity.gas_basis,
                **{f"saved_{column}": value for column, value in avoided.items()},
            }
        )
    return rows


def _scopes(training_runs: Sequence[Row]) -> dict[str, dict[str, dict[int, float]]]:
    """Return the runs by scope, method and year."""
    last = max(row["year"] for row in training_runs)
    return {
        PAST: runs_by_method(training_runs),
        FORWARD: runs_by_method(row for row in training_runs if row["year"] == last),
    }


def _training_gains(found: Iterable[Gain]) -> list[tuple[str, Gain]]:
    return [
        *((SAME_EPOCHS, gain) for gain in found),
        (SAME_ITERATIONS, Gain("proportional", "", 0.0)),
    ]


def _saved(scenario: Row, consumed_kwh: float, gain: Gain, adoptions: Iterable[float]) -> list[Row]:
    return [
        {
            **scenario,
            "gain_kind": gain.kind,
            "model": gain.model,
            "adoption": adoption,
            "gain": gain.fraction,
            "baseline_energy_kwh": consumed_kwh,
            "saved_energy_kwh": consumed_kwh * gain.fraction * adoption,
        }
        for adoption in adoptions
    ]
