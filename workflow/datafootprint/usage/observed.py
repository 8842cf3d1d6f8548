"""Counts of years whose papers were read and labelled, alone and beside those of tables."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.tables import check_table, records_of
from datafootprint.usage.correction import rogan_gladen, rogan_gladen_interval
from datafootprint.usage.labels import LIVE, Correction, Label
from datafootprint.usage.names import is_counted
from datafootprint.usage.usage_tables import COUNTED, REVIEW, UsageCounts

log = logging.getLogger(__name__)

#: The fields of papers, mentions and usage records that counting takes.
PAPER_FIELDS = ("paper_id", "year")
MENTION_FIELDS = ("paper_id", "year", "status", "mentions")
USAGE_FIELDS = ("paper_id", "year", "title", "label", "variant", "needs_review")


def strata(usage: pd.DataFrame, counted: Sequence[str]) -> pd.Series:
    """Return what each labelled paper is: `needs_review`, `counted_as_trained`, or its label.

    `trained_from_scratch` are then the papers on variants other than the `counted` ones.
    """
    trained = has_trained(usage["label"], usage["variant"], counted)
    return usage["label"].mask(trained, COUNTED).mask(usage["needs_review"].astype(bool), REVIEW)


def has_trained(labels: pd.Series, variants: pd.Series, counted: Sequence[str]) -> pd.Series:
    """Tell which papers trained on a variant that counts."""
    on_counted = variants.map(lambda names: is_counted(names, counted)).astype(bool)
    return (labels == Label.TRAINED) & on_counted


def count_all_years(
    tables: Mapping[str, pd.DataFrame],
    papers: pd.DataFrame,
    mentions: pd.DataFrame,
    usage: pd.DataFrame,
    audit: pd.DataFrame,
    settings: Mapping[str, Any],
) -> pd.DataFrame:
    """Return the table `usage_counts` of all years, from tables and from papers that were read.

    The frames are those of `count_live_years`, empty if no papers are read; `settings` has `counts`
    (year -> source), `until` (last year), `count_variants` and `error_rates`.
    """
    live = count_live_years(
        papers, mentions, usage, settings["count_variants"], audit, settings["error_rates"]
    )
    return count_usage({**tables, LIVE: live}, settings["counts"], settings["until"])


def count_live_years(
    papers: pd.DataFrame,
    mentions: pd.DataFrame,
    usage: pd.DataFrame,
    counted: Sequence[str],
    audit: pd.DataFrame,
    error_rates: Mapping[str, float | None],
) -> pd.DataFrame:
    """Count the years that were read, corrected for the classifier's errors where these are known.

    The frames hold the fields of `PAPER_FIELDS`, ... and the table `audit_shares`, empty if there
    is no audit; `error_rates` are from elsewhere, or None.
    """
    read = mentions.assign(
        unread=mentions["status"] != "read",
        mentioning=pd.to_numeric(mentions["mentions"]).fillna(0) > 0,
    )
    _check_complete(papers, read, usage)
    stratum = strata(usage, counted)
    labels = usage[["year"]].assign(
        trained=stratum == COUNTED,
        trained_subsets=stratum == Label.TRAINED,
        needs_review=stratum == REVIEW,
    )
    counts = pd.concat(
        [
            papers.groupby("year").size().rename("accepted"),
            read.groupby("year")[["mentioning", "unread"]].sum(),
            labels.groupby("year").sum(),
        ],
        axis="columns",
    )
    counts = counts.fillna(0).astype(int).sort_index().reset_index()
    counts = counts.assign(
        source=LIVE, trained_raw=counts["trained"], correction=str(Correction.NONE)
    )
    for year, unread, accepted in counts[["year", "unread", "accepted"]].itertuples(index=False):
        if unread:
            log.warning(
                "%d of %d papers of %d could not be read and count as not mentioning the dataset.",
                *(unread, accepted, year),
            )
    if len(audit):
        counts = corrected_by_audit(counts, audit)
    elif error_rates["sensitivity"] is not None and error_rates["specificity"] is not None:
        counts = corrected_by_rates(counts, error_rates["sensitivity"], error_rates["specificity"])
    return check_table(counts, UsageCounts, LIVE)


def _check_complete(papers: pd.DataFrame, read: pd.DataFrame, usage: pd.DataFrame) -> None:
    """Refuse years of which not every paper was listed, searched and labelled."""
    for year, listed in papers.groupby("year"):
        searched = read[read["year"] == year]
        if searched["unread"].all():
            raise DatafootprintError(
                f"papers.years has {year}, but none of its {len(listed)} papers could be read; see "
                f"the column status of the mentions of {year}."
            )
        if len(searched) < len(listed):
            raise DatafootprintError(
                f"{len(searched)} of the {len(listed)} listed papers of {year} were searched; run "
                "again with `--forcerun find_mentions`."
            )
    key = ["year", "paper_id"]
    both = read[read["mentioning"]][key].merge(usage[key], how="outer", indicator=True)
    for side, fault in (
        ("left_only", "mentions the dataset, but has no usage record"),
        ("right_only", "has a usage record, but does not mention the dataset"),
    ):
        for year, paper in both.loc[both["_merge"] == side, key].itertuples(index=False):
            raise DatafootprintError(
                f"paper {paper} of {year} {fault}; run again with `--forcerun classify_usage`."
            )


def corrected_by_audit(counts: pd.DataFrame, audit: pd.DataFrame) -> pd.DataFrame:
    """Replace `trained` by what the audit makes of it; keep the raw count."""
    columns = ["trained_corrected", "trained_low", "trained_high"]
    joined = counts.merge(audit[["year", *columns]].dropna(), on="year", how="left")
    read = joined["mentioning"] > 0
    for year in joined.loc[read & joined["trained_corrected"].isna(), "year"]:
        raise DatafootprintError(f"usage.audit: the audited papers hold none for {year}.")
    return joined.assign(
        trained=joined["trained_corrected"].where(read, joined["trained"]),
        correction=joined["correction"].mask(read, str(Correction.AUDIT)),
    )


def corrected_by_rates(
    counts: pd.DataFrame, sensitivity: float, specificity: float
) -> pd.DataFrame:
    """Replace `trained` by Rogan and Gladen's estimate; keep the raw count."""
    corrected = []
    for row in counts.to_dict("records"):
        papers, raw = row["mentioning"], row["trained_raw"]
        if papers:
            share = rogan_gladen(raw / papers, sensitivity, specificity)
            low, high = rogan_gladen_interval(raw, papers, sensitivity, specificity)
            if share in (0.0, 1.0):
                log.warning(
                    "%d: %d of %d papers labelled, corrected by the error rates and cut at %d.",
                    *(row["year"], raw, papers, share * papers),
                )
            row |= {
                "trained": share * papers,
                "trained_corrected": share * papers,
                "trained_low": low * papers,
                "trained_high": high * papers,
                "sensitivity": sensitivity,
                "specificity": specificity,
                "correction": str(Correction.ROGAN_GLADEN),
            }
        corrected.append(row)
    return pd.DataFrame(corrected)


def count_usage(
    tables: Mapping[str, pd.DataFrame], sources: Mapping[int, str], until: int
) -> pd.DataFrame:
    """Take each year's counts, up to `until`, from its source (a key of `tables`)."""
    rows = []
    for year in range(min(sources), until + 1):
        source = sources[year]
        table = check_counts(tables[source], source)
        row = table[table["year"] == year]
        if row.empty:
            raise DatafootprintError(f"{source}: there is no row for {year}.")
        rows.append(row.assign(source=source))
    return pd.concat(rows, ignore_index=True)


def check_counts(counts: pd.DataFrame, where: str | Path) -> pd.DataFrame:
    """Return `counts` if each row is one that papers can give; `where` begins the sentence."""
    for row in records_of(counts):
        fault = _fault(row)
        if fault:
            raise DatafootprintError(f"{where}, year {row['year']}: {fault}.")
    return counts


def _fault(row: Mapping[str, Any]) -> str:
    accepted, mentioning, trained = row["accepted"], row["mentioning"], row["trained"]
    correction = row["correction"] or Correction.NONE
    rates = [row[name] for name in ("sensitivity", "specificity") if row[name] is not None]
    if mentioning is None and trained is not None:
        return "trained is given, but mentioning is empty"
    if mentioning is not None and mentioning > accepted:
        return f"mentioning ({mentioning}) is more than accepted ({accepted})"
    if trained is None:
        return ""
    if correction == Correction.NONE and trained % 1:
        return (
            f"trained is {trained:g}, but only a corrected count (column correction) can have "
            "decimals"
        )
    if correction == Correction.AUDIT and None in (row["trained_low"], row["trained_high"]):
        return (
            "a count that an audit corrected (column correction) needs its 95% bounds in "
            "trained_low and trained_high"
        )
    if rates and (len(rates) < 2 or sum(rates) <= 1 or row["trained_raw"] is None):
        return (
            "a count that error rates corrected needs trained_raw, sensitivity and specificity, "
            "which are above 1 together"
        )
    if trained > mentioning:
        return f"trained ({trained:g}) is more than mentioning ({mentioning})"
    return ""
