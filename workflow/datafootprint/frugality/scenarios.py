"""What the literature would have saved, and would save a year, had part of it used a subset.

A saving is adoption x gain x what was consumed, for training (gain of the energy per epoch, with as
many epochs as on the full data) and for storage (the pruned fraction). Training on a subset for as
many *iterations* as on the full data takes more epochs as there are fewer samples, and saves
nothing; pruned training often keeps its accuracy only so (Sorscher et al., 2022, Section 7).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datafootprint.footprint.carbon import CarbonIntensity
from datafootprint.footprint.emissions import estimate_storage, estimate_training
from datafootprint.frugality.gains import Gain, gains
from datafootprint.tables import Row

PAST = "past"
FORWARD = "forward_per_year"
SAME_EPOCHS = "same_epochs"
SAME_ITERATIONS = "same_iterations"


def frugality_scenarios(
    training_runs: Sequence[Row],
    energy: Sequence[Row],
    energy_per_epoch: Any,
    config: Mapping[str, Any],
    intensity: CarbonIntensity,
    per_person: Any,
) -> list[Row]:
    """Estimate the savings of every scenario, by each method.

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
    intensity : CarbonIntensity
        For each year of `training_runs`.
    per_person : quantity in tonnes / person

    Returns
    -------
    list of dict
        Rows of the table `frugality`. The scope `past` covers all years, `forward_per_year` one
        more year at the runs and the intensity of the last one.
    """
    frugality = config["frugality"]
    last = max(row["year"] for row in training_runs)
    scopes = {
        PAST: training_runs,
        FORWARD: [row for row in training_runs if row["year"] == last],
    }
    found = gains(energy, frugality["subset"], frugality["pruned_fraction"])
    rows: list[Row] = []
    for scope, runs in scopes.items():
        for epochs in frugality["epochs"]:
            baselines = estimate_training(runs, epochs, energy_per_epoch, intensity, per_person)
            for regime, gain in _training_gains(found):
                common = {"scope": scope, "of": "training", "epochs": epochs, "regime": regime}
                rows += _savings(baselines, common, gain, frugality["adoption"])
        baselines = estimate_storage(
            runs, config["storage"], config["dataset"]["size_gb"], intensity, per_person
        )
        common = {"scope": scope, "of": "storage", "epochs": 0, "regime": SAME_EPOCHS}
        rows += _savings(baselines, common, found[0], frugality["adoption"])
    return rows


def _training_gains(found: Iterable[Gain]) -> list[tuple[str, Gain]]:
    return [
        *((SAME_EPOCHS, gain) for gain in found),
        (SAME_ITERATIONS, Gain("proportional", "", 0.0)),
    ]


def _savings(
    baselines: Iterable[Row], common: Row, gain: Gain, adoptions: Iterable[float]
) -> list[Row]:
    return [
        {
            "method": baseline["method"],
            **common,
            "gain_kind": gain.kind,
            "model": gain.model,
            "adoption": adoption,
            "gain": gain.fraction,
            "baseline_energy_kwh": baseline["energy_kwh"],
            "saved_energy_kwh": baseline["energy_kwh"] * gain.fraction * adoption,
            "gas_basis": baseline["gas_basis"],
            "saved_emissions_t": baseline["emissions_t"] * gain.fraction * adoption,
            "saved_person_equivalents": baseline["person_equivalents"] * gain.fraction * adoption,
        }
        for baseline in baselines
        for adoption in adoptions
    ]


def break_even(
    selection_costs: Iterable[Row], found: Iterable[Gain], run_epochs: Iterable[float]
) -> list[Row]:
    """Say after how many runs on a subset its selection has paid off.

    N = ceil(selection cost / (gain x energy of a full run)). Costs are in epochs on the full data
    of the same model, so that the energy of an epoch cancels.

    Parameters
    ----------
    selection_costs : rows
        strategy, full_epochs, source.
    found : iterable of Gain
        As `gains.gains` gives them.
    run_epochs : iterable of float
        Epochs of a run on the full data.

    Returns
    -------
    list of dict
        Rows of the table `break_even`; reuses is None where nothing is saved.
    """
    costs = list(selection_costs)
    return [
        {
            "strategy": cost["strategy"],
            "gain_kind": gain.kind,
            "model": gain.model,
            "epochs": epochs,
            "selection_epochs": cost["full_epochs"],
            "saved_epochs_per_run": gain.fraction * epochs,
            "reuses": break_even_reuses(cost["full_epochs"], gain.fraction * epochs),
            "source": cost["source"],
        }
        for cost in costs
        for gain in found
        for epochs in run_epochs
    ]


def break_even_reuses(selection_cost: float, saved_per_run: float) -> int | None:
    """Return the smallest number of runs whose savings cover the cost of the selection.

    Parameters
    ----------
    selection_cost, saved_per_run : float
        In the same unit.

    Returns
    -------
    int or None
        None if a run saves nothing.
    """
    if saved_per_run <= 0:
        return None
    # A quotient that only rounding lifts above a whole number does not need one more run.
    return math.ceil(round(selection_cost / saved_per_run, 9))
