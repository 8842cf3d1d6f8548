"""Numbers for people: no digit that means nothing, and none so small that it reads as zero."""

import math

KWH_PER_UNIT = {"GWh": 1e6, "MWh": 1e3, "kWh": 1.0}


def rounded(value: float, decimals: int = 0) -> str:
    """Format a number with `decimals`, or with more where it takes them to show two digits.

    A count, which is an int, has no decimals.
    """
    if isinstance(value, int):
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
