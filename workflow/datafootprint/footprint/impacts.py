"""Embodied emissions and water: impacts beside the electricity, shown apart from the totals."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.energy.epoch import gpu_time_per_run
from datafootprint.footprint.footprint_tables import AdditionalImpacts
from datafootprint.tables import records_of, table_of
from datafootprint.units import quantity

CASES = ["low", "central", "high"]


def estimate_impacts(
    training: pd.DataFrame,
    storage: pd.DataFrame,
    energy: pd.DataFrame,
    factors: pd.DataFrame,
    config: Mapping[str, Any],
) -> pd.DataFrame:
    """Estimate the impacts that the configuration asks for: the table `additional_impacts`.

    `config` has the sections `impacts` and `training`; `energy` is read for embodied emissions
    only.
    """
    impacts = config["impacts"]
    tables = [table_of([], AdditionalImpacts)]
    if impacts["embodied"]:
        gpu_time = gpu_time_per_run(energy, config["training"])
        tables.append(embodied_impacts(training, gpu_time, impacts["utilisation"], factors))
    if impacts["water"]:
        tables.append(water_impacts("training", training, factors))
        tables.append(water_impacts("storage", storage, factors))
    return pd.concat(tables, ignore_index=True)


def embodied_impacts(
    training: pd.DataFrame, gpu_time: Any, utilisation: float, factors: pd.DataFrame
) -> pd.DataFrame:
    """Charge each run with its part of the life of its GPUs, or of an eighth of a server each.

    Emissions = runs x GPU time of a run / (life x utilisation) x emissions of making the hardware.
    `gpu_time` is the hour / run of all GPUs together; a utilisation of 1 gives a lower bound.
    """
    by_impact = _by_impact(factors)
    runs = quantity(training["runs"].to_numpy()[:, None], "run")
    lives = runs * gpu_time / (_cases(by_impact["hardware_life"], "year") * utilisation)
    tables = []
    for impact in ("embodied_gpu", "embodied_server_eighth"):
        factor = by_impact[impact]
        emitted = (_cases(factor, "kilogram_co2e") * lives).to("tonne_co2e")
        tables.append(_table(training, impact, emitted, "t CO2e", factor))
    return pd.concat(tables, ignore_index=True)


def water_impacts(use: str, emissions: pd.DataFrame, factors: pd.DataFrame) -> pd.DataFrame:
    """Multiply the energy that the data centre consumes by the water used on site.

    `use` is `training` or `storage`; its energy has the PUE, as far as it is known.
    """
    factor = _by_impact(factors)["water_on_site"]
    energy = quantity(emissions["energy_kwh"].to_numpy()[:, None], "kWh")
    used = (energy * _cases(factor, "litre / kWh")).to("cubic_metre")
    return _table(emissions, f"water_{use}", used, "m3", factor)


def _by_impact(factors: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["impact"]: row for row in records_of(factors)}


def _cases(factor: Mapping[str, Any], unit: str) -> Any:
    """Return the values of a factor in the order of `CASES`, with their unit."""
    return quantity(np.array([factor[case] for case in CASES]), unit)


def _table(
    emissions: pd.DataFrame, impact: str, cases: Any, unit: str, factor: Mapping[str, Any]
) -> pd.DataFrame:
    """Lay out the cases of each method, a quantity of shape (methods, cases)."""
    return pd.DataFrame(cases.magnitude, columns=CASES).assign(
        method=emissions["method"].to_numpy(), impact=impact, unit=unit, source=factor["source"]
    )
