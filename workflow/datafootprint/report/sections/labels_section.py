"""What the page says about how the papers that were read were labelled."""

from typing import Any

import pandas as pd

from datafootprint.report.text_tables import TextTable, cells
from datafootprint.tables import records_of
from datafootprint.usage.labels import LIVE, Classifier

MEASURES = {"accuracy": "Equal labels", "kappa": "Cohen's kappa"}


def labels_section(
    counts: pd.DataFrame, classification: pd.DataFrame, agreement: pd.DataFrame
) -> dict[str, Any] | None:
    """Build the context of `labels.html.j2`, None if no paper was read."""
    live = counts[counts["source"] == LIVE]
    if live.empty:
        return None
    asked = classification[classification["classifier"] == Classifier.LLM]
    return {
        "baseline": (classification["classifier"] == Classifier.RULES).any(),
        "classifiers": classifiers(classification),
        "not_judged": int(classification["not_judged"].sum()),
        "papers": int(live["mentioning"].sum()),
        "needs_review": int(live["needs_review"].sum()),
        "unread": int(live["unread"].sum()),
        "correction": live["correction"].iloc[0],
        "counts_table": counts_table(live),
        "spent_table": None if asked.empty else spent_table(asked),
        "agreement_table": None if agreement.empty else agreement_table(agreement),
    }


def classifiers(classification: pd.DataFrame) -> str:
    """Name each classifier with its number of papers."""
    words = {
        Classifier.REFERENCES: "in their references only",
        Classifier.RULES: "labelled by cue rules",
        Classifier.LLM: "labelled by {model}",
    }
    return ", ".join(
        f"{row['papers']} {words[Classifier(row['classifier'])].format(**row)}"
        for row in records_of(classification)
    )


def counts_table(live: pd.DataFrame) -> TextTable:
    """Lay out raw and corrected counts of the years that were read."""
    return TextTable(
        "Papers of the years that were read; corrected with 95% bounds",
        {
            "Year": cells(live["year"], str),
            "Accepted": cells(live["accepted"]),
            "Mentioning": cells(live["mentioning"]),
            "Trained, as labelled": cells(live["trained_raw"]),
            "Trained, corrected": _with_bounds(live, "trained_corrected", "trained_", "{:.1f}"),
            "On other variants only": cells(live["trained_subsets"]),
            "For a person": cells(live["needs_review"]),
            "Not readable": cells(live["unread"]),
        },
    )


def spent_table(asked: pd.DataFrame) -> TextTable:
    """Lay out what the language models took."""
    return TextTable(
        "What the labelling itself took (energy and carbon of hosted models by EcoLogits)",
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
        },
    )


def agreement_table(agreement: pd.DataFrame) -> TextTable:
    """Lay out how far classifier and person agree."""
    return TextTable(
        "Agreement with the person who read the sample, with 95% bounds",
        {
            "Measure": agreement["measure"].map(MEASURES),
            "Of": agreement["of"],
            "Value": _with_bounds(agreement, "value", "", "{:.2f}"),
            "Papers read": cells(agreement["papers"], str),
        },
    )


def _with_bounds(table: pd.DataFrame, value: str, prefix: str, form: str) -> pd.Series:
    columns = (value, f"{prefix}low", f"{prefix}high")
    middle, lower, upper = (cells(table[name], form.format) for name in columns)
    return (middle + " (" + lower + " to " + upper + ")").where(table[value].notna(), "")


def _range(low: pd.Series, high: pd.Series) -> pd.Series:
    lower, upper = (cells(bound, "{:.3g}".format) for bound in (low, high))
    both = lower.where(low == high, lower + " to " + upper)
    return both.where(low.notna() & high.notna(), "not known")
