"""What the report says about how sure the estimate is."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from datafootprint.legacy_tables import Row
from datafootprint.literature.methods import METHODS
from datafootprint.report.numbers import between, rounded
from datafootprint.uncertainty.priors import TIERS, Prior

#: Quantities of the table of ranges and their headings.
COLUMNS = (
    ("runs", "training runs"),
    ("training_emissions_t", "training, t"),
    ("training_person_equivalents", "people"),
    ("storage_emissions_t", "storage, t"),
)
#: Observed years behind a prediction, fewer than which test no model but the trivial ones.
FEWEST_FITTED_YEARS = 3
#: Drawing area of the bars of ranges, in units of the SVG's view box.
LEFT, RIGHT = 60.0, 690.0


def uncertainty_context(
    tables: Mapping[str, Sequence[Row]], priors: Mapping[str, Prior], headline: str
) -> dict[str, Any]:
    """Arrange the tables of the stage uncertainty for `sections/uncertainty.html.j2`.

    Parameters
    ----------
    tables : mapping of str to rows
        uncertainty, sensitivity, next_observation, backtest, projection.
    priors : mapping
        The priors that were drawn, by source.
    headline : str
        Method that leads the report.

    Returns
    -------
    dict
        `ranges` (headline method: tier -> quantity -> row), `table`, `bars`, `errors` (what the T2
        ranges hold, in words), `is_projection_drawn`, `leading` sources by tier, `backtest` of the
        longest stretch, `plan`, `to_fetch` (accepted papers of the projected years), `priors`.
    """
    ranges: dict[str, dict[str, dict[str, Row]]] = {}
    for row in tables["uncertainty"]:
        ranges.setdefault(row["method"], {}).setdefault(row["tier"], {})[row["quantity"]] = row
    projected = [row for row in tables["projection"] if row["kind"] == "projected"]
    observed = {row["year"] for row in tables["projection"]} - {row["year"] for row in projected}
    backtest = [
        row
        for row in tables["backtest"]
        if sum(row["fitted_from"] <= year <= row["fitted_until"] for year in observed)
        >= FEWEST_FITTED_YEARS
    ]
    longest = max((row["held_out_years"] for row in backtest), default=0)
    is_projection_drawn = bool(projected) and priors["projection"].kind != "fixed"
    share = METHODS[headline].share
    return {
        "ranges": ranges[headline],
        "table": [
            {
                "method": method,
                "tier": tier,
                "cells": [_cell(cells[quantity]) for quantity, _ in COLUMNS],
            }
            for method, tiers in ranges.items()
            for tier, cells in tiers.items()
        ],
        "columns": [heading for _, heading in COLUMNS],
        "bars": _bars(ranges[headline]),
        "errors": _errors(priors, is_projection_drawn),
        "is_projection_drawn": is_projection_drawn,
        "leading": {
            tier: sorted(
                (r for r in tables["sensitivity"] if (r["method"], r["tier"]) == (headline, tier)),
                key=lambda row: -row["first_order"],
            )[:3]
            for tier in ("T2", "T3")
        },
        "held_out_years": longest,
        "backtest": [
            row for row in backtest if row["share"] == share and row["held_out_years"] == longest
        ],
        "plan": sorted(
            (row for row in tables["next_observation"] if row["method"] == headline),
            key=lambda row: -row["reduction"],
        ),
        "to_fetch": sum(row["accepted"] for row in projected),
        "priors": [
            {"source": name, "prior": _told(prior), "origin": prior.source}
            for name, prior in priors.items()
        ],
    }


def _cell(row: Row) -> tuple[str, str]:
    return rounded(row["p50"]), between(row["p2_5"], row["p97_5"])


def _told(prior: Prior) -> str:
    parameters = ", ".join(
        f"{value:.4g}" if isinstance(value, float) else str(value) for value in prior.parameters
    )
    return f"{prior.kind}({parameters})" if parameters else prior.kind


def _errors(priors: Mapping[str, Prior], is_projection_drawn: bool) -> list[str]:
    measured = any(priors[source].kind != "fixed" for source, tier in TIERS.items() if tier == "T2")
    drawn = {
        "sampling": priors["sampling"].kind != "fixed",
        "projection": is_projection_drawn,
        "measurement": measured,
    }
    return [name for name, is_drawn in drawn.items() if is_drawn]


def _bars(tiers: Mapping[str, Mapping[str, Row]]) -> dict[str, Any]:
    """Place the ranges of the training tonnes on a logarithmic axis."""
    rows = {tier: cells["training_emissions_t"] for tier, cells in tiers.items()}
    ends = [row[end] for row in rows.values() for end in ("p2_5", "p97_5", "point")]
    if min(ends) <= 0:
        return {"rows": [], "ticks": []}
    low, high = math.log10(min(ends)) - 0.03, math.log10(max(ends)) + 0.03

    def place(value: float) -> float:
        return round(LEFT + (math.log10(value) - low) / (high - low) * (RIGHT - LEFT), 1)

    ticks = [
        digit * 10**power
        for power in range(math.floor(low), math.ceil(high) + 1)
        for digit in (1, 2, 5)
    ]
    return {
        "rows": [
            {
                "tier": tier,
                "start": place(row["p2_5"]),
                "middle": place(row["p50"]),
                "end": place(row["p97_5"]),
                "text": f"{between(row['p2_5'], row['p97_5'])} t, median {rounded(row['p50'])} t",
            }
            for tier, row in rows.items()
        ],
        "point": place(next(iter(rows.values()))["point"]),
        "ticks": [
            {"x": place(value), "label": f"{value:,.10g}"}
            for value in ticks
            if low <= math.log10(value) <= high
        ],
    }
