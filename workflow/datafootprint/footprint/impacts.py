"""Embodied emissions and water: impacts beside the electricity, shown apart from the totals."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datafootprint.energy.epoch import gpu_time_per_run
from datafootprint.legacy_tables import Row
from datafootprint.units import quantity

CASES = ("low", "central", "high")


def estimate_impacts(
    training: Sequence[Row],
    storage: Sequence[Row],
    energy: Sequence[Row],
    factors: Sequence[Row],
    config: Mapping[str, Any],
) -> list[Row]:
    """Estimate the impacts that the configuration asks for.

    Parameters
    ----------
    training, storage : rows
        The tables training_emissions and storage_emissions: method, runs, energy_kwh.
    energy : rows
        The table energy_per_epoch; read for embodied emissions only.
    factors : rows
        impact, low, central, high, source.
    config : mapping
        The sections `impacts` (embodied, water, utilisation) and `training` of the configuration.

    Returns
    -------
    list of dict
        Rows of the table `additional_impacts`.

    Raises
    ------
    DatafootprintError
        If embodied emissions are asked for and the configured model and subset were not measured.
    """
    impacts = config["impacts"]
    rows = []
    if impacts["embodied"]:
        gpu_time = gpu_time_per_run(energy, config["training"])
        rows += embodied_impacts(training, gpu_time, impacts["utilisation"], factors)
    if impacts["water"]:
        rows += water_impacts("training", training, factors)
        rows += water_impacts("storage", storage, factors)
    return rows


def embodied_impacts(
    training: Iterable[Row], gpu_time: Any, utilisation: float, factors: Sequence[Row]
) -> list[Row]:
    """Charge each run with its part of the life of its GPUs, or of an eighth of a server each.

    Emissions = runs x GPU time of a run / (life x utilisation) x emissions of making the hardware.

    Parameters
    ----------
    training : rows
        method, runs.
    gpu_time : quantity in hour / run
        Time that a run occupies GPUs, of all of them together.
    utilisation : float
        Part of its life that a GPU works, above 0 up to 1; 1 gives a lower bound.
    factors : rows
        impact, low, central, high, source.

    Returns
    -------
    list of dict
        Rows of the table `additional_impacts`, in t CO2e.
    """
    by_impact = {row["impact"]: row for row in factors}
    life = by_impact["hardware_life"]

    def emitted(runs: float, impact: str, case: str) -> Any:
        lives = quantity(runs, "run") * gpu_time / (quantity(life[case], "year") * utilisation)
        made = quantity(by_impact[impact][case], "kilogram_co2e")
        return (made * lives).to("tonne_co2e").magnitude

    return [
        {
            "method": row["method"],
            "impact": impact,
            **{case: emitted(row["runs"], impact, case) for case in CASES},
            "unit": "t CO2e",
            "source": by_impact[impact]["source"],
        }
        for row in training
        for impact in ("embodied_gpu", "embodied_server_eighth")
    ]


def water_impacts(use: str, emissions: Iterable[Row], factors: Sequence[Row]) -> list[Row]:
    """Multiply the energy that the data centre consumes by the water used on site.

    Parameters
    ----------
    use : str
        `training` or `storage`.
    emissions : rows
        method, energy_kwh: with PUE, as far as it is known.
    factors : rows
        impact, low, central, high, source.

    Returns
    -------
    list of dict
        Rows of the table `additional_impacts`, in m3.
    """
    (water,) = [row for row in factors if row["impact"] == "water_on_site"]

    def used(energy_kwh: float, case: str) -> Any:
        on_site = quantity(energy_kwh, "kWh") * quantity(water[case], "litre / kWh")
        return on_site.to("cubic_metre").magnitude

    return [
        {
            "method": row["method"],
            "impact": f"water_{use}",
            **{case: used(row["energy_kwh"], case) for case in CASES},
            "unit": "m3",
            "source": water["source"],
        }
        for row in emissions
    ]
