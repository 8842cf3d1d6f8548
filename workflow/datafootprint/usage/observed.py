"""Counts of a year from papers that were read and labelled."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.tables import Row
from datafootprint.usage.correction import rogan_gladen, rogan_gladen_interval
from datafootprint.usage.variants import is_counted

log = logging.getLogger(__name__)


def counts_as_trained(record: Mapping[str, Any], counted: Iterable[str]) -> bool:
    """Tell whether a record of usage counts as trained: verified, and on a counted variant."""
    return (
        record["label"] == "trained_from_scratch"
        and not record["needs_review"]
        and is_counted(record["variant"], counted)
    )


def count_live_years(
    papers: Iterable[Row],
    mentions: Iterable[Row],
    records: Iterable[Row],
    counted: Sequence[str],
    audit: Iterable[Row],
    error_rates: Mapping[str, float | None],
) -> list[Row]:
    """Count the years that were read, corrected for the classifier's errors where these are known.

    Parameters
    ----------
    papers, mentions, records : iterable of dict
        Rows of the tables `papers`, `mentions` and `usage`, of all those years.
    counted : sequence of str
        Variants that count.
    audit : iterable of dict
        Rows of the table `audit_shares`; none if there is no audit.
    error_rates : mapping
        `sensitivity` and `specificity` from elsewhere, or None.

    Returns
    -------
    list of dict
        Rows of the table `usage_counts`.
    """
    grouped: defaultdict[int, tuple[list[Row], list[Row], list[Row]]]
    grouped = defaultdict(lambda: ([], [], []))
    for place, rows in enumerate((papers, mentions, records)):
        for row in rows:
            grouped[row["year"]][place].append(row)
    audited = {row["year"]: row for row in audit}
    sensitivity, specificity = error_rates["sensitivity"], error_rates["specificity"]
    counts = []
    for year, (listed, searched, labelled) in sorted(grouped.items()):
        row = observed_counts(year, listed, searched, labelled, counted)
        if audited and row["mentioning"]:
            row = corrected_by_audit(row, audited)
        elif sensitivity is not None and specificity is not None:
            row = corrected_by_rates(row, sensitivity, specificity)
        counts.append(row)
    return counts


def observed_counts(
    year: int,
    papers: Sequence[Mapping[str, Any]],
    mentions: Sequence[Mapping[str, Any]],
    records: Sequence[Mapping[str, Any]],
    counted: Sequence[str],
) -> Row:
    """Count the papers of a year.

    Parameters
    ----------
    year : int
        The year.
    papers, mentions, records : sequence of mapping
        Its rows of the tables `papers`, `mentions` and `usage`.
    counted : sequence of str
        Variants that count (`usage.count_variants`).

    Returns
    -------
    dict
        A row of the table `usage_counts`, not corrected. Papers trained on subsets and derivatives
        alone are counted in `trained_subsets`, apart from `trained`.

    Raises
    ------
    DatafootprintError
        If no paper could be read, or a mentioning paper has no record.
    """
    unread = [row for row in mentions if row["status"] != "read"]
    if len(unread) == len(mentions):
        raise DatafootprintError(
            f"usage.counts.{year} is live, but none of its {len(papers)} papers could be read; see "
            f"the column status of the mentions of {year}."
        )
    mentioning = {row["paper_id"] for row in mentions if row["mentions"]}
    missing = mentioning - {record["paper_id"] for record in records}
    if missing:
        raise DatafootprintError(
            f"{len(missing)} papers of {year} mention the dataset but have no usage record "
            f"(first: {min(missing)}); run `snakemake usage`."
        )
    if unread:
        log.warning(
            "%d of %d papers of %d could not be read and count as not mentioning the dataset.",
            len(unread),
            len(papers),
            year,
        )
    scratch = [
        record
        for record in records
        if record["label"] == "trained_from_scratch" and not record["needs_review"]
    ]
    trained = sum(is_counted(record["variant"], counted) for record in scratch)
    return {
        "year": year,
        "accepted": len(papers),
        "mentioning": len(mentioning),
        "trained": trained,
        "source": "live",
        "trained_raw": trained,
        "trained_subsets": len(scratch) - trained,
        "needs_review": sum(record["needs_review"] for record in records),
        "unread": len(unread),
        "correction": "none",
    }


def corrected_by_audit(row: Row, corrected: Mapping[int, Row]) -> Row:
    """Replace `trained` of a counted year by what the audit makes of it; keep the raw count.

    Raises
    ------
    DatafootprintError
        If the audit knows nothing of the year or was drawn from other labels.
    """
    year = row["year"]
    if year not in corrected:
        raise DatafootprintError(f"usage.audit: the audited papers hold none for {year}.")
    audit = corrected[year]
    return {
        **row,
        "trained": audit["trained_corrected"],
        "trained_corrected": audit["trained_corrected"],
        "trained_low": audit["trained_low"],
        "trained_high": audit["trained_high"],
        "correction": "audit",
    }


def corrected_by_rates(row: Row, sensitivity: float, specificity: float) -> Row:
    """Replace `trained` of a counted year by Rogan and Gladen's estimate; keep the raw count."""
    papers, raw = row["mentioning"], row["trained_raw"]
    if papers == 0:
        return row
    share = rogan_gladen(raw / papers, sensitivity, specificity)
    low, high = rogan_gladen_interval(raw, papers, sensitivity, specificity)
    return {
        **row,
        "trained": share * papers,
        "trained_corrected": share * papers,
        "trained_low": low * papers,
        "trained_high": high * papers,
        "correction": "rogan_gladen",
    }
