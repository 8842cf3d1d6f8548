"""Counts of years whose papers were read and labelled, alone and beside those of tables."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row
from datafootprint.usage.correction import rogan_gladen, rogan_gladen_interval
from datafootprint.usage.counts import LIVE, count_usage
from datafootprint.usage.variants import is_counted

log = logging.getLogger(__name__)


def counts_as_trained(record: Mapping[str, Any], counted: Iterable[str]) -> bool:
    """Tell whether a record of usage counts as trained: verified, and on a counted variant."""
    return (
        record["label"] == "trained_from_scratch"
        and not record["needs_review"]
        and is_counted(record["variant"], counted)
    )


def count_all_years(
    tables: Mapping[str, Iterable[Row]],
    papers: Iterable[Row],
    mentions: Iterable[Row],
    records: Iterable[Row],
    audit: Iterable[Row],
    usage: Mapping[str, Any],
) -> list[Row]:
    """Put together the counts of all years, from tables and from papers that were read.

    Parameters
    ----------
    tables : mapping of str to rows
        As in `counts.count_usage`, without the years that were read.
    papers, mentions, records, audit : iterable of dict
        As in `count_live_years`; empty if no papers are read.
    usage : mapping
        `counts` (year -> source), `until` (last year), `count_variants`, `error_rates`.

    Returns
    -------
    list of dict
        Rows of the table `usage_counts`, in papers.

    Raises
    ------
    DatafootprintError
        As `count_live_years` and `counts.count_usage`.
    """
    live = count_live_years(
        papers, mentions, records, usage["count_variants"], audit, usage["error_rates"]
    )
    return count_usage({**tables, LIVE: live}, usage["counts"], usage["until"])


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
        Rows of the tables `papers`, `mentions` and `usage`, of all those years; none is kept.
    counted : sequence of str
        Variants that count (`usage.count_variants`).
    audit : iterable of dict
        Rows of the table `audit_shares`; none if there is no audit.
    error_rates : mapping
        `sensitivity` and `specificity` from elsewhere, or None.

    Returns
    -------
    list of dict
        Rows of the table `usage_counts`. Papers trained on other variants alone are counted
        in `trained_subsets`, apart from `trained`.

    Raises
    ------
    DatafootprintError
        If no paper of a year could be read, a listed one was not searched, a mentioning one has no
        record or another has one, or the audit does not know the year.
    """
    years: defaultdict[int, _Year] = defaultdict(_Year)
    for paper in papers:
        years[paper["year"]].accepted += 1
    for mention in mentions:
        years[mention["year"]].add_mention(mention)
    for record in records:
        years[record["year"]].add_record(record, counted)
    audited = {row["year"]: row for row in audit}
    sensitivity, specificity = error_rates["sensitivity"], error_rates["specificity"]
    counts = []
    for year, seen in sorted(years.items()):
        row = seen.counts(year)
        if audited and row["mentioning"]:
            row = corrected_by_audit(row, audited)
        elif sensitivity is not None and specificity is not None:
            row = corrected_by_rates(row, sensitivity, specificity)
        counts.append(row)
    return counts


@dataclass(slots=True)
class _Year:
    """What has been seen of a year's papers."""

    accepted: int = 0
    searched: int = 0
    unread: int = 0
    mentioning: set[str] = field(default_factory=set)
    labelled: set[str] = field(default_factory=set)
    trained: int = 0
    trained_subsets: int = 0
    needs_review: int = 0

    def add_mention(self, mention: Row) -> None:
        self.searched += 1
        self.unread += mention["status"] != "read"
        if mention["mentions"]:
            self.mentioning.add(mention["paper_id"])

    def add_record(self, record: Row, counted: Iterable[str]) -> None:
        self.labelled.add(record["paper_id"])
        if record["needs_review"]:
            self.needs_review += 1
        elif counts_as_trained(record, counted):
            self.trained += 1
        elif record["label"] == "trained_from_scratch":
            self.trained_subsets += 1

    def counts(self, year: int) -> Row:
        """Return a row of the table `usage_counts`, not corrected."""
        if self.unread == self.searched:
            raise DatafootprintError(
                f"usage.counts.{year} is live, but none of its {self.accepted} papers could be "
                f"read; see the column status of the mentions of {year}."
            )
        if self.searched < self.accepted:
            raise DatafootprintError(
                f"{self.searched} of the {self.accepted} listed papers of {year} were searched; "
                "run again with `--forcerun find_mentions`."
            )
        missing = self.mentioning - self.labelled
        if missing:
            raise DatafootprintError(
                f"papers of {year} that mention the dataset without a usage record: {len(missing)} "
                f"(first: {min(missing)}); run again with `--forcerun classify_usage`."
            )
        strange = self.labelled - self.mentioning
        if strange:
            raise DatafootprintError(
                f"usage records of papers of {year} that do not mention the dataset: "
                f"{len(strange)} (first: {min(strange)}); run again with `--forcerun "
                "classify_usage`."
            )
        if self.unread:
            log.warning(
                "%d of %d papers of %d could not be read and count as not mentioning the dataset.",
                *(self.unread, self.accepted, year),
            )
        return {
            "year": year,
            "accepted": self.accepted,
            "mentioning": len(self.mentioning),
            "trained": self.trained,
            "source": LIVE,
            "trained_raw": self.trained,
            "trained_subsets": self.trained_subsets,
            "needs_review": self.needs_review,
            "unread": self.unread,
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
    if share in (0.0, 1.0):
        log.warning(
            "%d: %d of %d papers labelled, corrected by the error rates and cut at %d of them.",
            *(row["year"], raw, papers, share * papers),
        )
    low, high = rogan_gladen_interval(raw, papers, sensitivity, specificity)
    return {
        **row,
        "trained": share * papers,
        "trained_corrected": share * papers,
        "trained_low": low * papers,
        "trained_high": high * papers,
        "sensitivity": sensitivity,
        "specificity": specificity,
        "correction": "rogan_gladen",
    }
