"""Numbers and names for people.

A number shows only digits that mean something, and none so small that it reads as zero.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from datafootprint.footprint.footprint_tables import SAME_ITERATIONS

GASES = {"co2": "CO2", "co2e": "CO2e"}
#: Kind of a gain -> its name, with the model that was measured.
GAIN_NAMES = {
    "proportional": "fraction left out",
    "measured": "{model}, as measured",
    "measured_capped": "{model}, at most the fraction left out",
}
KWH_PER_UNIT = {"GWh": 1e6, "MWh": 1e3, "kWh": 1.0}


#: Method of the estimate -> its name in words; a method that is not here is called by its own name.
METHOD_TITLES = {
    "as_published": "As published",
    "year_aligned": "+ years put in order",
    "as_described": "+ share and publications matched",
    "as_observed": "+ runs as papers report them",
}


def method_title(method: str) -> str:
    """Return the name of a method in words."""
    return METHOD_TITLES.get(method, method.replace("_", " ").capitalize())


#: Source of uncertainty -> its name where the name of its key says too little.
SOURCE_WORDS = {
    "sampling": "chance in which papers there were",
    "projection": "projected years",
    "sensitivity": "trained papers not labelled so",
    "specificity": "papers labelled as trained that were not",
    "duplicates": "publications counted twice",
    "energy_per_epoch": "metering",
    "carbon_intensity": "where the runs took place",
    "share_outside_venue": "other venues",
    "full_dataset": "runs on part of the dataset",
    "mean_epochs": "epochs per run",
    "model_and_hardware": "models and hardware",
    "pue": "data-centre overhead (PUE)",
    "storage_kwh_per_tb_year": "energy of storage",
    "observed_variant_share": "papers on the whole dataset, as read",
    "observed_runs_per_paper": "runs per paper, as read",
    "observed_epochs": "epochs, as read",
    "observed_hardware": "models and hardware by year, judged",
    "references_searched": "whether references are searched",
}


def source_words(source: str) -> str:
    """Return the name of a source of uncertainty in words."""
    if source.startswith("labels: "):
        return f"wrong labels ({source.removeprefix('labels: ')})"
    return SOURCE_WORDS.get(source, source.replace("_", " "))


def percent(share: float) -> str:
    """Format a share in percent, with a decimal below 30%."""
    return f"{100 * share:.{1 if abs(share) < 0.3 else 0}f}%"


def rounded(value: float, decimals: int = 0) -> str:
    """Format a number with `decimals`, or with more to show two digits; a count has none."""
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    if value:
        decimals = max(decimals, 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}"


def between(low: float, high: float, decimals: int = 0) -> str:
    """Format a range."""
    return f"{rounded(low, decimals)} to {rounded(high, decimals)}"


def energy_unit(kwh: float) -> str:
    """Return the largest unit in which `kwh` is not below a tenth."""
    return next((unit for unit, size in KWH_PER_UNIT.items() if kwh >= size / 10), "kWh")


def energy(kwh: float) -> str:
    """Format an energy in the unit that suits it."""
    unit = energy_unit(kwh)
    return f"{rounded(kwh / KWH_PER_UNIT[unit], 2)} {unit}"


def energy_between(low_kwh: float, high_kwh: float) -> str:
    """Format a range of energies in the unit that suits its upper end."""
    unit = energy_unit(high_kwh)
    size = KWH_PER_UNIT[unit]
    return f"{between(low_kwh / size, high_kwh / size, 1)} {unit}"


def subscript(text: str) -> str:
    """Set the 2 of CO2 below the line."""
    return text.replace("CO2", "CO\N{SUBSCRIPT TWO}")


def gain_name(row: Mapping[str, Any]) -> str:
    """Name the gain of a row of the table `frugality`."""
    if row["of"] == "storage":
        return "storage, fraction left out"
    if row["regime"] == SAME_ITERATIONS:
        return "as many iterations as on the full data"
    return GAIN_NAMES[row["gain_kind"]].format(model=row["model"])
