"""Embodied emissions and water: impacts beside the electricity, shown apart from the totals."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.energy.epoch import gpu_time_per_run
from datafootprint.footprint.footprint_tables import STORAGE, TRAINING, AdditionalImpacts
from datafootprint.tables import table_of
from datafootprint.units import quantity

CASES = ["low", "central", "high"]


def estimate_impacts(tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any]) -> pd.DataFrame:
    """Estimate the impacts that the configuration asks for: the table `AdditionalImpacts`.

    Each run is charged with its part of the life of its GPUs, or of an eighth of a server each:
    runs x GPU time of a run / (life x utilisation) x emissions of making the hardware; a
    utilisation of 1 gives a lower bound. Water is what data centres use on site per energy that
    they consume (with the PUE, as far as it is known). `config` has the sections `impacts` and
    `training`; `tables` are training_emissions, storage_emissions, impact_factors and, for embodied
    emissions only, energy_per_epoch.
    """
    impacts, known = config["impacts"], tables["impact_factors"].set_index("impact")
    training, found = tables["training_emissions"], [table_of([], AdditionalImpacts)]

    def factor(name: str, unit: str) -> Any:
        return quantity(known.loc[name, CASES].to_numpy(dtype=float), unit)

    def add(impact: str, cases: Any, unit: str, source: str) -> None:
        table = pd.DataFrame(cases.magnitude, columns=CASES)
        table[["impact", "unit", "source"]] = impact, unit, str(known.loc[source, "source"])
        found.append(table.assign(method=training["method"].to_numpy()))

    if impacts["embodied"]:
        runs = quantity(training[["runs"]].to_numpy(), "run")
        gpu_time = gpu_time_per_run(tables["energy_per_epoch"], config["training"])
        lives = runs * gpu_time / (factor("hardware_life", "year") * impacts["utilisation"])
        for name in ("embodied_gpu", "embodied_server_eighth"):
            emitted = (factor(name, "kilogram_co2e") * lives).to("tonne_co2e")
            add(name, emitted, "t CO2e", name)
    if impacts["water"]:
        for use in (TRAINING, STORAGE):
            consumed = quantity(tables[f"{use}_emissions"][["energy_kwh"]].to_numpy(), "kWh")
            used = (consumed * factor("water_on_site", "litre / kWh")).to("cubic_metre")
            add(f"water_{use}", used, "m3", "water_on_site")
    return pd.concat(found, ignore_index=True)
