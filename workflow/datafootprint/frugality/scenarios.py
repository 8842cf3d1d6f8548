"""What the literature would have saved, and would save a year, had part of it used a subset.

A saving is adoption x gain x what was consumed, for training (gain of the energy per epoch, with as
many epochs as on the full data) and for storage (the pruned fraction). Training on a subset for as
many *iterations* as on the full data takes more epochs as there are fewer samples, and saves
nothing; accuracy often rises with them, up to some point (Sorscher et al., 2022, Section 7).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datafootprint.footprint.carbon import CarbonIntensity
from datafootprint.footprint.emissions import storage_energy_per_run
from datafootprint.frugality.gains import Gain, gains, own_measurements
from datafootprint.tables import Row
from datafootprint.units import quantity

PAST = "past"
FORWARD = "forward_per_year"
SAME_EPOCHS = "same_epochs"
SAME_ITERATIONS = "same_iterations"


def energy_savings(
    training_runs: Sequence[Row],
    energy: Sequence[Row],
    energy_per_epoch: Any,
    config: Mapping[str, Any],
) -> list[Row]:
    """Estimate the energy that every scenario saves, by each method.

    Parameters
    ----------
    training_runs : rows
        method, year, runs.
    energy : rows
        model, subset, kwh_per_epoch, pue.
    energy_per_epoch : quantity in kWh / epoch
        What stands for an epoch of a run on the full data.
    config : mapping
        The sections `frugality` (adoption, epochs, pruned_fraction, subset), `storage` and
        `dataset` of the configuration.

    Returns
    -------
    list of dict
        Rows of the table `frugality` without emissions. The scope `past` covers all years,
        `forward_per_year` one more year at the runs of the last one.
    """
    frugality = config["frugality"]
    measured = own_measurements(energy, config["dataset"]["name"])
    found = gains(measured, frugality["subset"], frugality["pruned_fraction"])
    per_copy = storage_energy_per_run(config["storage"], config["dataset"]["size_gb"])
    rows: list[Row] = []
    for scope, selected in _scopes(training_runs).items():
        for method, runs in _total_runs(selected).items():
            common: Row = {"method": method, "scope": scope, "of": "training"}
            for epochs in frugality["epochs"]:
                consumed = (runs * quantity(epochs, "epoch / run") * energy_per_epoch).to("kWh")
                for regime, gain in _training_gains(found):
                    scenario = {**common, "epochs": epochs, "regime": regime}
                    rows += _saved(scenario, consumed.magnitude, gain, frugality["adoption"])
            consumed = (runs * per_copy).to("kWh")
            scenario = {**common, "of": "storage", "epochs": 0, "regime": SAME_EPOCHS}
            rows += _saved(scenario, consumed.magnitude, found[0], frugality["adoption"])
    return rows


def with_emissions(
    savings: Iterable[Row],
    training_runs: Sequence[Row],
    intensity: CarbonIntensity,
    per_person: Any,
) -> list[Row]:
    """Add the emissions that a saving of energy avoids.

    Parameters
    ----------
    savings : rows
        As `energy_savings` gives them.
    training_runs : rows
        method, year, runs; they weight the intensities of the years.
    intensity : CarbonIntensity
        For each year of `training_runs`.
    per_person : quantity in tonnes / person
        Of the gas of `intensity`.

    Returns
    -------
    list of dict
        Rows of the table `frugality`.
    """
    tonne = f"tonne_{intensity.gas_basis}"
    mean = {
        (scope, method): _mean_intensity(selected, method, intensity)
        for scope, selected in _scopes(training_runs).items()
        for method in _total_runs(selected)
    }
    rows = []
    for row in savings:
        saved = quantity(row["saved_energy_kwh"], "kWh") * mean[row["scope"], row["method"]]
        rows.append(
            {
                **row,
                "gas_basis": intensity.gas_basis,
                "saved_emissions_t": saved.to(tonne).magnitude,
                "saved_person_equivalents": (saved / per_person).to("person").magnitude,
            }
        )
    return rows


def _scopes(training_runs: Sequence[Row]) -> dict[str, list[Row]]:
    last = max(row["year"] for row in training_runs)
    return {
        PAST: list(training_runs),
        FORWARD: [row for row in training_runs if row["year"] == last],
    }


def _total_runs(training_runs: Iterable[Row]) -> dict[str, Any]:
    runs: dict[str, list[float]] = {}
    for row in training_runs:
        runs.setdefault(row["method"], []).append(row["runs"])
    return {method: quantity(math.fsum(values), "run") for method, values in runs.items()}


def _mean_intensity(training_runs: Iterable[Row], method: str, intensity: CarbonIntensity) -> Any:
    own = [row for row in training_runs if row["method"] == method]
    unit = f"gram_{intensity.gas_basis} / kWh"
    if len({intensity.g_per_kwh[row["year"]] for row in own}) == 1:
        return intensity.of(own[0]["year"])
    weighted = math.fsum(row["runs"] * intensity.g_per_kwh[row["year"]] for row in own)
    total = math.fsum(row["runs"] for row in own)
    return quantity(weighted / total if total else 0.0, unit)


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
