"""Numbers and names for people.

A number shows only digits that mean something, and none so small that it reads as zero.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from datafootprint.footprint.footprint_tables import SAME_ITERATIONS

WORDS = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
GASES = {"co2": "CO2", "co2e": "CO2e"}
KWH_PER_UNIT = {"GWh": 1e6, "MWh": 1e3, "kWh": 1.0}


def method_title(method: str) -> str:
    """Return the name of a method in words."""
    return str(WORDS["methods"].get(method, spaced(method).capitalize()))


def source_words(source: str) -> str:
    """Return the name of a source of uncertainty in words."""
    if source.startswith("labels: "):
        return f"wrong labels ({source.removeprefix('labels: ')})"
    return str(WORDS["sources"].get(source, spaced(source)))


def gain_name(row: Mapping[str, Any]) -> str:
    """Name the gain of a row of the table `frugality`."""
    if row["of"] == "storage":
        return "storage, fraction left out"
    if row["regime"] == SAME_ITERATIONS:
        return "as many iterations as on the full data"
    return str(WORDS["gains"][row["gain_kind"]].format(model=row["model"]))


def spaced(name: str) -> str:
    """Return the name of a column or a key in words."""
    return name.replace("_", " ")


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


def about(value: float) -> str:
    """Round to two digits, for sentences."""
    return rounded(float(f"{value:.2g}"))


def mass(point: float, *ends: float) -> str:
    """Format a mass, or the range `ends` around it, in kilograms where it is below a tonne."""
    times, unit = (1, "tonnes") if point >= 1 else (1000, "kg")
    return " to ".join(about(times * end) for end in ends) or f"{about(times * point)} {unit}"


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
