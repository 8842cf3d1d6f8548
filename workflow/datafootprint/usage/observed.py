"""Counts of years whose papers were read and labelled, alone and beside those of tables."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.tables import check_table
from datafootprint.usage.labels import LIVE, Correction, Label
from datafootprint.usage.names import is_counted
from datafootprint.usage.usage_tables import COUNTED, OTHERS, REVIEW, UsageCounts

log = logging.getLogger(__name__)

#: The fields of papers, mentions and usage records that counting takes.
PAPER_FIELDS = ("paper_id", "year")
MENTION_FIELDS = ("paper_id", "year", "status", "mentions", "in_references_only")
USAGE_FIELDS = ("paper_id", "year", "title", "label", "variant", "needs_review", "classifier")


def strata(usage: pd.DataFrame, counted: Sequence[str]) -> pd.Series:
    """Return what each labelled paper is: `needs_review`, `counted_as_trained`, or its label.

    `trained_from_scratch` are then the papers on variants other than the `counted` ones.
    """
    trained = has_trained(usage["label"], usage["variant"], counted)
    return usage["label"].mask(trained, COUNTED).mask(usage["needs_review"].astype(bool), REVIEW)


def audit_strata(usage: pd.DataFrame, counted: Sequence[str]) -> pd.Series:
    """Return the strata of an audit: counted as trained, left to a person, and all others.

    With a stratum for each label, few papers of each are read, and one that trained among them
    weighs so much that the bounds hold the truth too rarely.
    """
    found = strata(usage, counted)
    return found.where(found.isin([COUNTED, REVIEW]), OTHERS)


def has_trained(labels: pd.Series, variants: pd.Series, counted: Sequence[str]) -> pd.Series:
    """Tell which papers trained on a variant that counts."""
    on_counted = variants.map(lambda names: is_counted(names, counted)).astype(bool)
    return (labels == Label.TRAINED) & on_counted


def count_live_years(
    papers: pd.DataFrame,
    mentions: pd.DataFrame,
    usage: pd.DataFrame,
    audit: pd.DataFrame,
    counted: Sequence[str],
) -> pd.DataFrame:
    """Count the years that were read, corrected by an audit if there is one.

    The frames hold the fields of `PAPER_FIELDS`, ... and the table `audit_shares`, empty if there
    is no audit.
    """
    mentioning = pd.to_numeric(mentions["mentions"]).fillna(0) > 0
    read = mentions[["year"]].assign(
        searched=1,
        unread=mentions["status"] != "read",
        mentioning=mentioning,
        mentioning_in_body=mentioning & ~mentions["in_references_only"].astype(bool),
    )
    stratum = strata(usage, counted)
    labels = usage[["year"]].assign(
        labelled=1,
        trained=stratum == COUNTED,
        trained_subsets=stratum == Label.TRAINED,
        trained_any_variant=stratum.isin([COUNTED, Label.TRAINED]),
        needs_review=stratum == REVIEW,
    )
    sums = [
        frame.groupby("year").sum() for frame in (papers[["year"]].assign(accepted=1), read, labels)
    ]
    counts = pd.concat(sums, axis="columns").fillna(0).astype(int).sort_index()
    for year, row in counts.iterrows():
        unread, accepted = row["unread"], row["accepted"]
        if unread == accepted:
            raise DatafootprintError(
                f"papers.years has {year}, but none of its {accepted} papers could be read; see "
                f"the key status of the mentions of {year}."
            )
        if (row["searched"], row["labelled"]) != (accepted, row["mentioning"]):
            raise DatafootprintError(
                f"{year}: {accepted} papers are listed, but {row['searched']} were searched; "
                f"{row['mentioning']} mention the dataset, but {row['labelled']} are labelled. Run "
                "again with `--forcerun find_mentions`."
            )
        if unread:
            log.warning(
                "%d of %d papers of %d could not be read and count as not mentioning the dataset.",
                *(unread, accepted, year),
            )
    counts = counts.reset_index().assign(source=LIVE, correction=str(Correction.NONE))
    counts["trained_raw"] = counts["trained"]
    if len(audit):
        counts = corrected_by_audit(counts, audit)
    return check_table(counts, UsageCounts, LIVE)


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
    mentioning, trained = (counts[name].astype(float) for name in ("mentioning", "trained"))
    has_bounds = counts[["trained_low", "trained_high"]].notna().all(axis="columns")
    faults = {
        "trained is given, but mentioning is empty": trained.notna() & mentioning.isna(),
        "mentioning is more than accepted": mentioning > counts["accepted"],
        "trained is more than mentioning": trained > mentioning,
        "a count that an audit corrected (column correction) needs its 95% bounds in trained_low "
        "and trained_high": (counts["correction"] == Correction.AUDIT) & ~has_bounds,
    }
    for fault, rows in faults.items():
        for year in counts["year"][rows]:
            raise DatafootprintError(f"{where}, year {year}: {fault}.")
    return counts
