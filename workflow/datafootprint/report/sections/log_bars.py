"""Bars on a logarithmic axis, which the page draws at their places in percent."""

import math
from collections.abc import Mapping, Sequence
from typing import Any


def log_bars(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Place the bars and marks of some rows on one axis.

    A row has a `point`, where its mark is, and `bars`: (class of page.css, low, high, height in
    percent of the row). Its places are `at`, and `places`: (class, x, y, width, height).
    """
    values = [
        value
        for row in rows
        for value in (row["point"], *(end for _, *ends, _ in row["bars"] for end in ends))
        if value
    ]
    least, most = (min(values) / 1.5, max(values) * 1.1) if values else (1.0, 10.0)

    def place(value: float) -> float:
        return round(100 * math.log(max(value, least) / least) / math.log(most / least), 2)

    decades = range(math.floor(math.log10(least)), math.floor(math.log10(most)) + 1)
    steps = (1, 2, 5) if most < 1000 * least else (1,)
    marks = [step * 10**power for power in decades for step in steps]
    return {
        "rows": [
            {
                **row,
                "at": place(row["point"]),
                "places": [
                    (kind, place(low), 50 - height / 2, round(place(high) - place(low), 2), height)
                    for kind, low, high, height in row["bars"]
                ],
            }
            for row in rows
        ],
        "ticks": [(place(mark), f"{mark:,.10g}") for mark in marks if least <= mark <= most],
    }
