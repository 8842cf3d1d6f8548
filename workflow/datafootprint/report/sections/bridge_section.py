"""The steps from the published estimate to the observed one, as bars on a logarithmic axis."""

import math
from typing import Any

import pandas as pd

from datafootprint.tables import records_of

#: Drawing area of the bars, in units of the SVG's view box.
LEFT, RIGHT = 260.0, 640.0


def bridge_section(bridge: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of the table `Bridge` with the places of their bars.

    A bar goes from the tonnes before a step to those after it (`start`, `end`), a line over what
    the step's factor may be (`low`, `high`).
    """
    rows, before = records_of(bridge), None
    if len(rows) < 2 or min(row["emissions_t"] for row in rows) <= 0:
        return []
    for row in rows:
        row["places"] = {"start": before or row["emissions_t"], "end": row["emissions_t"]}
        if row["factor_low"]:
            row["places"] |= {
                "low": before * row["factor_low"],
                "high": before * row["factor_high"],
            }
        before = row["emissions_t"]
    ends = [math.log10(place) for row in rows for place in row["places"].values()]
    scale = (RIGHT - LEFT) / (max(ends) - min(ends) or 1)
    for row in rows:
        for name, tonnes in row["places"].items():
            row["places"][name] = round(LEFT + (math.log10(tonnes) - min(ends)) * scale, 1)
    return rows
