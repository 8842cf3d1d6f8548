"""What the page says about how the papers that were read were labelled."""

from typing import Any

import pandas as pd

from datafootprint.report.text_tables import TextTable, cells
from datafootprint.usage.counts import LIVE

MEASURES = {"accuracy": "Equal labels", "kappa": "Cohen's kappa"}


def labels_section(
    counts: pd.DataFrame, classification: pd.DataFrame, agreement: pd.DataFrame
) -> dict[str, Any] | None:
    """Build the context of `labels.html.j2`.

    Parameters
    ----------
    counts, classification : DataFrame
        The tables `usage_counts` and `classification`.
    agreement : DataFrame
        The table `audit_agreement`; without rows where there was no audit.

    Returns
    -------
    dict or None
        baseline (labelled by cue rules), models, papers, needs_review, unread, correction,
        counts_table, spent_table, agreement_table; None if no year was read.
    """
    live = counts[counts["source"] == LIVE]
    if live.empty:
        return None
    asked = classification[classification["classifier"] == "llm"]
    return {
        "baseline": (classification["classifier"] == "rules").any(),
        "models": ", ".join(asked["model"]),
        "papers": int(live["mentioning"].sum()),
        "needs_review": int(live["needs_review"].sum()),
        "unread": int(live["unread"].sum()),
        "correction": live["correction"].iloc[0],
        "counts_table": counts_table(live),
        "spent_table": None if asked.empty else spent_table(asked),
        "agreement_table": None if agreement.empty else agreement_table(agreement),
    }


def counts_table(live: pd.DataFrame) -> TextTable:
    """Lay out raw and corrected counts of the years that were read."""
    columns = {
        "Year": "year",
        "Accepted": "accepted",
        "Mentioning": "mentioning",
        "Trained, as labelled": "trained_raw",
        "Trained, corrected": None,
        "On other variants only": "trained_subsets",
        "For a person": "needs_review",
        "Not readable": "unread",
    }
    corrected = _with_bounds(live, "trained_corrected", "trained_low", "trained_high", "{:.1f}")
    return TextTable(
        "Papers of the years that were read; corrected with 95% bounds",
        pd.DataFrame(
            {
                heading: cells(live[column], "{:.0f}".format) if column else corrected
                for heading, column in columns.items()
            }
        ),
    )


def spent_table(asked: pd.DataFrame) -> TextTable:
    """Lay out what the language models took."""
    return TextTable(
        "What the labelling itself took (energy and carbon as modelled by EcoLogits)",
        pd.DataFrame(
            {
                "Model": asked["model"],
                "Papers": cells(asked["papers"], str),
                "Tokens in": cells(asked["input_tokens"]),
                "Tokens out": cells(asked["output_tokens"]),
                "USD": cells(asked["cost_usd"], "{:.2f}".format),
                "kWh": _range(asked["energy_kwh_low"], asked["energy_kwh_high"]),
                "kg CO\N{SUBSCRIPT TWO}e": _range(
                    asked["emissions_kg_low"], asked["emissions_kg_high"]
                ),
            }
        ),
    )


def agreement_table(agreement: pd.DataFrame) -> TextTable:
    """Lay out how far classifier and person agree."""
    return TextTable(
        "Agreement with the person who read the sample, with 95% bounds",
        pd.DataFrame(
            {
                "Measure": agreement["measure"].map(MEASURES),
                "Of": agreement["of"],
                "Value": _with_bounds(agreement, "value", "low", "high", "{:.2f}"),
                "Papers read": cells(agreement["papers"], str),
            }
        ),
    )


def _with_bounds(table: pd.DataFrame, value: str, low: str, high: str, form: str) -> pd.Series:
    middle, lower, upper = (cells(table[name], form.format) for name in (value, low, high))
    return (middle + " (" + lower + " to " + upper + ")").where(table[value].notna(), "")


def _range(low: pd.Series, high: pd.Series) -> pd.Series:
    lower, upper = (cells(bound, "{:.3g}".format) for bound in (low, high))
    both = lower.where(low == high, lower + " to " + upper)
    return both.where(low.notna() & high.notna(), "not known")
