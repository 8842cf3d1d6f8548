"""Energy and emissions of training runs and of stored copies.

Formulas of Section 3 of "Stop Preaching and Start Practising Data Frugality" (arXiv 2602.19789):
training energy = runs x epochs x kWh per epoch; storage energy = runs x copies x size x energy
intensity of storage x years; emissions = energy x carbon intensity; person equivalents = emissions
over the annual emissions of a person.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from datafootprint.footprint.carbon import Grid
from datafootprint.legacy_tables import Row
from datafootprint.literature.runs import runs_by_method
from datafootprint.units import quantity


def estimate_training(
    training_runs: Sequence[Row],
    epochs: float,
    energy_per_epoch: Any,
    grid: Grid,
) -> list[Row]:
    """Estimate what all training runs consumed, by each method.

    Parameters
    ----------
    training_runs : rows
        method, year, runs.
    epochs : float
        Epochs a run.
    energy_per_epoch : quantity in kWh / epoch
    grid : Grid
        With the intensity of each year of `training_runs`.

    Returns
    -------
    list of dict
        The columns of the table `training_emissions`.
    """
    energy_per_run = training_energy_per_run(epochs, energy_per_epoch)
    return [
        {"method": method, **_totals(runs, energy_per_run, grid)}
        for method, runs in runs_by_method(training_runs).items()
    ]


def estimate_storage(
    training_runs: Sequence[Row],
    storage: Mapping[str, Any],
    size_gb: float,
    grid: Grid,
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
    grid : Grid
        With the intensity of each year of `training_runs`, at which a copy of that year's runs is
        charged.

    Returns
    -------
    list of dict
        The columns of the table `storage_emissions`.
    """
    data_per_run = storage_per_run(storage, size_gb)
    energy_per_run = storage_energy_per_run(storage, size_gb)
    rows = []
    for method, runs in runs_by_method(training_runs).items():
        totals = _totals(runs, energy_per_run, grid)
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
    return storage_energy(storage_per_run(storage, size_gb), storage)


def storage_energy(data: Any, storage: Mapping[str, Any]) -> Any:
    """Return the energy of keeping `data`, a quantity in TB or in TB / run.

    Parameters
    ----------
    data : quantity
    storage : mapping
        kwh_per_tb_year, years.

    Returns
    -------
    quantity in kWh or kWh / run
    """
    per_year = quantity(storage["kwh_per_tb_year"], "kWh / TB / year")
    return data * per_year * quantity(storage["years"], "year")


def consumed(runs: Any, g_per_kwh: Any, energy_per_run: Any, grid: Grid) -> dict[str, Any]:
    """Turn runs into energy, emissions and person equivalents.

    Parameters
    ----------
    runs, g_per_kwh : float or array
        Training runs, and the carbon intensity of their electricity in g/kWh.
    energy_per_run : quantity in kWh / run
    grid : Grid
        Names the gas of `g_per_kwh` and what a person emits of it.

    Returns
    -------
    dict
        energy_kwh, emissions_t, person_equivalents, each of the shape of `runs`.
    """
    energy_kwh = (quantity(runs, "run") * energy_per_run).to("kWh").magnitude
    return {"energy_kwh": energy_kwh, **grid.emitted(energy_kwh, g_per_kwh)}


def _totals(runs: Mapping[int, float], energy_per_run: Any, grid: Grid) -> Row:
    """Add up over the years; the intensity reported is the mean weighted by energy."""
    total_runs = math.fsum(runs.values())
    mean_g_per_kwh = grid.intensity.mean(runs)
    return {
        "runs": total_runs,
        "carbon_intensity_g_per_kwh": mean_g_per_kwh,
        "gas_basis": grid.intensity.gas_basis,
        **consumed(total_runs, mean_g_per_kwh, energy_per_run, grid),
        "carbon_source": grid.intensity.source,
    }
