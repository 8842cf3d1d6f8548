"""What the report says about how the papers that were read were labelled."""

from collections.abc import Sequence
from typing import Any

from datafootprint.legacy_tables import Row
from datafootprint.report.tables import TextTable
from datafootprint.usage.counts import LIVE


def labels_section(
    counts: Sequence[Row], classification: Sequence[Row], agreement: Sequence[Row] = ()
) -> dict[str, Any] | None:
    """Build the context of the template `sections/labels.html.j2`.

    Parameters
    ----------
    counts, classification : rows
        The tables `usage_counts` and `classification`.
    agreement : rows
        The table `audit_agreement`; none without an audit.

    Returns
    -------
    dict or None
        baseline (labelled by cue rules), models, papers, needs_review, unread, correction,
        counts_table, spent_table, agreement_table; None if no year was read.
    """
    live = [row for row in counts if row["source"] == LIVE]
    if not live:
        return None
    asked = [row for row in classification if row["classifier"] == "llm"]
    return {
        "baseline": any(row["classifier"] == "rules" for row in classification),
        "models": ", ".join(row["model"] for row in asked),
        "papers": sum(row["mentioning"] for row in live),
        "needs_review": sum(row["needs_review"] for row in live),
        "unread": sum(row["unread"] for row in live),
        "correction": live[0]["correction"],
        "counts_table": counts_table(live),
        "spent_table": spent_table(asked) if asked else None,
        "agreement_table": agreement_table(agreement) if agreement else None,
    }


def counts_table(live: Sequence[Row]) -> TextTable:
    """Show raw and corrected counts of the years that were read."""
    rows = [
        (
            str(row["year"]),
            str(row["accepted"]),
            str(row["mentioning"]),
            str(row["trained_raw"]),
            ""
            if row["trained_corrected"] is None
            else f"{row['trained_corrected']:.1f} "
            f"({row['trained_low']:.1f} to {row['trained_high']:.1f})",
            str(row["trained_subsets"]),
            str(row["needs_review"]),
            str(row["unread"]),
        )
        for row in live
    ]
    return TextTable(
        "Papers of the years that were read; corrected with 95% bounds",
        (
            "Year",
            "Accepted",
            "Mentioning",
            "Trained, as labelled",
            "Trained, corrected",
            "On other variants only",
            "For a person",
            "Not readable",
        ),
        rows,
    )


def spent_table(asked: Sequence[Row]) -> TextTable:
    """Show what the language models took."""
    rows = [
        (
            row["model"],
            str(row["papers"]),
            f"{row['input_tokens']:,}",
            f"{row['output_tokens']:,}",
            f"{row['cost_usd']:.2f}",
            _range(row["energy_kwh_low"], row["energy_kwh_high"]),
            _range(row["emissions_kg_low"], row["emissions_kg_high"]),
        )
        for row in asked
    ]
    return TextTable(
        "What the labelling itself took (energy and carbon as modelled by EcoLogits)",
        ("Model", "Papers", "Tokens in", "Tokens out", "USD", "kWh", "kg CO\N{SUBSCRIPT TWO}e"),
        rows,
    )


def agreement_table(agreement: Sequence[Row]) -> TextTable:
    """Show how far classifier and person agree."""
    names = {"accuracy": "Equal labels", "kappa": "Cohen's kappa"}
    rows = [
        (
            names[row["measure"]],
            row["of"],
            f"{row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f})",
            str(row["papers"]),
        )
        for row in agreement
    ]
    return TextTable(
        "Agreement with the person who read the sample, with 95% bounds",
        ("Measure", "Of", "Value", "Papers read"),
        rows,
    )


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "not known"
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
