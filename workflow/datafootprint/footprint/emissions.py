"""Energy and emissions of training runs and of stored copies.

Formulas of Section 3 of "Stop Preaching and Start Practising Data Frugality" (arXiv 2602.19789):
training energy = runs x epochs x kWh per epoch; storage energy = runs x copies x size x energy
intensity of storage x years; emissions = energy x carbon intensity; person equivalents = emissions
over the annual emissions of a person.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datafootprint.footprint.carbon import CarbonIntensity
from datafootprint.tables import Row
from datafootprint.units import quantity


def estimate_training(
    training_runs: Sequence[Row],
    epochs: float,
    energy_per_epoch: Any,
    intensity: CarbonIntensity,
    per_person: Any,
) -> list[Row]:
    """Estimate what all training runs consumed, by each method.

    Parameters
    ----------
    training_runs : rows
        method, year, runs.
    epochs : float
        Epochs a run.
    energy_per_epoch : quantity in kWh / epoch
    intensity : CarbonIntensity
        For each year of `training_runs`.
    per_person : quantity in tonnes / person
        Of the gas of `intensity`.

    Returns
    -------
    list of dict
        The columns of the table `training_emissions`.
    """
    energy_per_run = quantity(epochs, "epoch / run") * energy_per_epoch
    return [
        {"method": method, **_totals(runs, energy_per_run, intensity, per_person)}
        for method, runs in _runs_by_method(training_runs).items()
    ]


def estimate_storage(
    training_runs: Sequence[Row],
    storage: Mapping[str, Any],
    size_gb: float,
    intensity: CarbonIntensity,
    per_person: Any,
) -> list[Row]:
    """Estimate what storing the copies of all runs consumes, by each method.

    Parameters
    ----------
    training_runs : rows
        method, year, runs.
    storage : mapping
        copies_per_run, kwh_per_tb_year, years.
    size_gb : float
        Size of one copy in decimal gigabytes.
    intensity, per_person
        As in `estimate_training`; a copy is charged at the intensity of its run's year.

    Returns
    -------
    list of dict
        The columns of the table `storage_emissions`.
    """
    data_per_run = (
        quantity(storage["copies_per_run"], "copy / run") * quantity(size_gb, "GB / copy")
    ).to("TB / run")
    energy_per_run = (
        data_per_run
        * quantity(storage["kwh_per_tb_year"], "kWh / TB / year")
        * quantity(storage["years"], "year")
    )
    rows = []
    for method, runs in _runs_by_method(training_runs).items():
        totals = _totals(runs, energy_per_run, intensity, per_person)
        stored = quantity(totals["runs"], "run") * data_per_run
        rows.append({"method": method, "storage_tb": stored.to("TB").magnitude, **totals})
    return rows


def _runs_by_method(training_runs: Iterable[Row]) -> dict[str, dict[int, float]]:
    runs: dict[str, dict[int, float]] = {}
    for row in training_runs:
        runs.setdefault(row["method"], {})[row["year"]] = row["runs"]
    return runs


def _totals(
    runs: Mapping[int, float], energy_per_run: Any, intensity: CarbonIntensity, per_person: Any
) -> Row:
    """Add up over the years; the intensity reported is the mean weighted by energy."""
    tonne = f"tonne_{intensity.gas_basis}"
    total_runs = math.fsum(runs.values())
    energy_kwh = (quantity(total_runs, "run") * energy_per_run).to("kWh").magnitude
    if len({intensity.g_per_kwh[year] for year in runs}) == 1:
        mean_g_per_kwh = intensity.g_per_kwh[next(iter(runs))]
    else:
        weighted = math.fsum(runs[year] * intensity.g_per_kwh[year] for year in runs)
        mean_g_per_kwh = weighted / total_runs if total_runs else 0.0
    emissions = (
        quantity(energy_kwh, "kWh") * quantity(mean_g_per_kwh, f"gram_{intensity.gas_basis} / kWh")
    ).to(tonne)
    return {
        "runs": total_runs,
        "energy_kwh": energy_kwh,
        "carbon_intensity_g_per_kwh": mean_g_per_kwh,
        "gas_basis": intensity.gas_basis,
        "emissions_t": emissions.magnitude,
        "person_equivalents": (emissions / per_person).to("person").magnitude,
        "carbon_source": intensity.source,
    }
