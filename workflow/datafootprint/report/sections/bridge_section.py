"""The steps from the published estimate to the observed one, on a logarithmic axis."""

import math
from typing import Any

import pandas as pd

from datafootprint.report.text_tables import TextTable, cells
from datafootprint.report.wording import method_title
from datafootprint.tables import records_of


def bridge_section(bridge: pd.DataFrame) -> dict[str, Any] | None:
    """Return the rows of the table `Bridge` with the places of their bars in percent, and a table.

    A bar goes from the tonnes before a step to those after it (`start`, `end`), a line over what
    the step's factor may be (`low`, `high`). None if there is nothing to step over.
    """
    if len(bridge) < 2 or bridge["emissions_t"].min() <= 0:
        return None
    after, before = bridge["emissions_t"], bridge["emissions_t"].shift().bfill()
    tonnes = pd.DataFrame(
        {
            "start": before,
            "end": after,
            "low": before * bridge["factor_low"],
            "high": before * bridge["factor_high"],
        }
    )
    least, most = tonnes.min().min() / 1.1, tonnes.max().max() * 1.1
    places = tonnes.map(lambda value: 100 * math.log(value / least) / math.log(most / least))
    rows = records_of(pd.concat([bridge, places.round(2)], axis=1))
    return {"rows": rows, "table": bridge_table(bridge)}


def bridge_table(bridge: pd.DataFrame) -> TextTable:
    """Lay out the steps; the range is that of the step's factor alone, not of all before it."""
    low, high = (cells(bridge[name], "{:.3g}".format) for name in ("factor_low", "factor_high"))
    return TextTable(
        "Training emissions after each step in t; the range is that of the step's factor alone",
        {
            "step": bridge["step"],
            "factor": cells(bridge["factor"], "{:.3g}".format),
            "95% of the factor": (low + " to " + high).where(low != "", ""),
            "t": cells(bridge["emissions_t"]),
            "reaches": bridge["method"].map(method_title, na_action="ignore").fillna(""),
            "rests on": bridge["evidence"] + ": " + bridge["source"],
        },
    )
