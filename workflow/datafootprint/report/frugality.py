"""What the report says of frugality: savings, break-even, and published energy to accuracy."""

from collections.abc import Mapping, Sequence
from typing import Any

from datafootprint.energy.gains import ratio_to_standard
from datafootprint.frugality.frugality_tables import FORWARD, PAST, SAME_ITERATIONS
from datafootprint.legacy_tables import Row
from datafootprint.report.numbers import rounded
from datafootprint.report.tables import TextTable

STANDARD = "Standard train"
DPET = ("DPET (margin)", "DPET (entropy)", "DPET (lc)")
GAIN_NAMES = {
    "proportional": "fraction left out",
    "measured": "{model}, as measured",
    "measured_capped": "{model}, at most the fraction left out",
}


def frugality_context(
    tables: Mapping[str, Sequence[Row]], config: Mapping[str, Any]
) -> dict[str, Any]:
    """Gather what the section shows.

    Parameters
    ----------
    tables : mapping of str to rows
        frugality, break_even, energy_to_accuracy (published).
    config : mapping
        The configuration of the run; frugality, training and methods count.

    Returns
    -------
    dict
        savings and break_even (tables to show), ratios (target and ratio to standard training),
        pruned (fraction), epochs (shown).
    """
    headline = config["methods"]["headline"]
    own = [row for row in tables["frugality"] if row["method"] == headline]
    epochs = config["training"]["epochs"]
    shown = [row for row in own if row["of"] == "storage" or row["epochs"] == epochs]
    ratios = ratio_to_standard(tables["energy_to_accuracy"], DPET, STANDARD)
    return {
        "savings": savings_table(shown),
        "break_even": break_even_table(tables["break_even"]),
        "ratios": [(target, ratios[target]) for target in sorted(ratios)],
        "pruned": config["frugality"]["pruned_fraction"],
        "epochs": epochs,
    }


def savings_table(rows: Sequence[Row]) -> TextTable:
    """Lay out the emissions saved, a row for each gain and a column for each adoption."""
    adoptions = sorted({row["adoption"] for row in rows})
    saved = {
        (_gain_name(row), row["scope"], row["adoption"]): row["saved_emissions_t"] for row in rows
    }
    gain = {_gain_name(row): row["gain"] for row in rows}
    body = [
        (
            name,
            f"{100 * gain[name]:.1f}",
            *(rounded(saved[name, PAST, adoption]) for adoption in adoptions),
            rounded(saved[name, FORWARD, adoptions[-1]]),
        )
        for name in gain
    ]
    past = (f"{adoption:.0%} of past runs" for adoption in adoptions)
    return TextTable(
        caption="Emissions saved in t; last column: one more year at the runs of the latest one",
        header=("gain", "gain, %", *past, f"{adoptions[-1]:.0%} of a year"),
        rows=body,
    )


def break_even_table(rows: Sequence[Row]) -> TextTable:
    """Lay out after how many runs a selection has paid off, with the proportional gain."""
    own = [row for row in rows if row["gain_kind"] == "proportional"]
    epochs = sorted({row["epochs"] for row in own})
    reuses = {(row["strategy"], row["epochs"]): row["reuses"] for row in own}
    cost = {row["strategy"]: row["selection_epochs"] for row in own}
    return TextTable(
        caption="Runs on the subset until its selection has paid off",
        header=("strategy", "cost, epochs", *(f"runs of {e:g} epochs" for e in epochs)),
        rows=[
            (
                strategy,
                f"{cost[strategy]:g}",
                *(_count(reuses[strategy, e]) for e in epochs),
            )
            for strategy in cost
        ],
    )


def _gain_name(row: Row) -> str:
    if row["of"] == "storage":
        return "storage, fraction left out"
    if row["regime"] == SAME_ITERATIONS:
        return "as many iterations as on the full data"
    return GAIN_NAMES[row["gain_kind"]].format(model=row["model"])


def _count(reuses: int | None) -> str:
    return "never" if reuses is None else f"{reuses}"
