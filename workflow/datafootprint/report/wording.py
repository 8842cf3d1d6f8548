"""Numbers and names for people.

A number shows only digits that mean something, and none so small that it reads as zero.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from datafootprint.frugality.frugality_tables import SAME_ITERATIONS

GASES = {"co2": "CO2", "co2e": "CO2e"}
#: Kind of a gain -> its name, with the model that was measured.
GAIN_NAMES = {
    "proportional": "fraction left out",
    "measured": "{model}, as measured",
    "measured_capped": "{model}, at most the fraction left out",
}
KWH_PER_UNIT = {"GWh": 1e6, "MWh": 1e3, "kWh": 1.0}


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
