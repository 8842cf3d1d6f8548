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
    energy_per_run = training_energy_per_run(epochs, energy_per_epoch)
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
    data_per_run = storage_per_run(storage, size_gb)
    energy_per_run = storage_energy_per_run(storage, size_gb)
    rows = []
    for method, runs in _runs_by_method(training_runs).items():
        totals = _totals(runs, energy_per_run, intensity, per_person)
        stored = quantity(totals["runs"], "run") * data_per_run
        rows.append({"method": method, "storage_tb": stored.to("TB").magnitude, **totals})
    return rows


def training_energy_per_run(epochs: float, energy_per_epoch: Any) -> Any:
    """Return the energy of one training run, in kWh / run."""
    return quantity(epochs, "epoch / run") * energy_per_epoch


def storage_per_run(storage: Mapping[str, Any], size_gb: float) -> Any:
    """Return the data that one run keeps, in decimal TB / run."""
    copies = quantity(storage["copies_per_run"], "copy / run")
    return (copies * quantity(size_gb, "GB / copy")).to("TB / run")


def storage_energy_per_run(storage: Mapping[str, Any], size_gb: float) -> Any:
    """Return the energy of keeping the copies of one run, in kWh / run."""
    return (
        storage_per_run(storage, size_gb)
        * quantity(storage["kwh_per_tb_year"], "kWh / TB / year")
        * quantity(storage["years"], "year")
    )


def consumed(
    runs: Any, g_per_kwh: Any, energy_per_run: Any, gas_basis: str, per_person: Any
) -> dict[str, Any]:
    """Turn runs into energy, emissions and person equivalents.

    Parameters
    ----------
    runs, g_per_kwh : float or array
        Training runs, and the carbon intensity of their electricity in g/kWh.
    energy_per_run : quantity in kWh / run
    gas_basis : str
        Gas of `g_per_kwh`.
    per_person : quantity in tonnes / person
        Of the same gas.

    Returns
    -------
    dict
        energy_kwh, emissions_t, person_equivalents, each of the shape of `runs`.
    """
    energy_kwh = (quantity(runs, "run") * energy_per_run).to("kWh").magnitude
    emissions = (quantity(energy_kwh, "kWh") * quantity(g_per_kwh, f"gram_{gas_basis} / kWh")).to(
        f"tonne_{gas_basis}"
    )
    return {
        "energy_kwh": energy_kwh,
        "emissions_t": emissions.magnitude,
        "person_equivalents": (emissions / per_person).to("person").magnitude,
    }


def _runs_by_method(training_runs: Iterable[Row]) -> dict[str, dict[int, float]]:
    runs: dict[str, dict[int, float]] = {}
    for row in training_runs:
        runs.setdefault(row["method"], {})[row["year"]] = row["runs"]
    return runs


def _totals(
    runs: Mapping[int, float], energy_per_run: Any, intensity: CarbonIntensity, per_person: Any
) -> Row:
    """Add up over the years; the intensity reported is the mean weighted by energy."""
    total_runs = math.fsum(runs.values())
    if len({intensity.g_per_kwh[year] for year in runs}) == 1:
        mean_g_per_kwh = intensity.g_per_kwh[next(iter(runs))]
    else:
        weighted = math.fsum(runs[year] * intensity.g_per_kwh[year] for year in runs)
        mean_g_per_kwh = weighted / total_runs if total_runs else 0.0
    totals = consumed(total_runs, mean_g_per_kwh, energy_per_run, intensity.gas_basis, per_person)
    return {
        "runs": total_runs,
        "energy_kwh": totals["energy_kwh"],
        "carbon_intensity_g_per_kwh": mean_g_per_kwh,
        "gas_basis": intensity.gas_basis,
        "emissions_t": totals["emissions_t"],
        "person_equivalents": totals["person_equivalents"],
        "carbon_source": intensity.source,
    }
