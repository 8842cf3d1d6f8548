"""The units registry: every product of units in the point estimate goes through it.

Only the units in `units.txt` exist. A share of *accepted* papers times a number of *mentioning*
papers therefore does not give training runs, and CO2 cannot be divided by CO2e per person. Factors
without a unit, such as a PUE or a gain, multiply plain numbers; the readers of energy logs convert
joules themselves.
"""

from functools import cache
from pathlib import Path
from typing import Any


@cache
def _registry() -> Any:
    # Here, since jobs import this module that need no unit.
    import pint

    registry: pint.UnitRegistry[float] = pint.UnitRegistry(None)
    registry.load_definitions(Path(__file__).with_suffix(".txt"))
    return registry


def quantity(value: Any, unit: str) -> Any:
    """Make a quantity of a number or an array, as in ``quantity(0.394, "kWh / epoch")``."""
    return _registry().Quantity(value, unit)
