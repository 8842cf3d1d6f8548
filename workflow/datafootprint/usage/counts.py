"""Counts of papers a year, put together from the sources the configuration names."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row

#: The source of a year whose papers are read and labelled.
LIVE = "live"


def count_sources(config: Mapping[str, Any]) -> dict[int, str]:
    """Return the source of each year's counts, without the years that are left out.

    Years whose papers are read (`papers.source` is not `published`) are `live` whatever
    `usage.counts` says of them.

    Raises
    ------
    DatafootprintError
        If a year is `live`, but no papers are read for it.
    """
    # A year that is a text is the user's, from JSON or --config: it prevails over a default.
    counts = sorted(config["usage"]["counts"].items(), key=lambda count: isinstance(count[0], str))
    named = {int(year): source for year, source in counts}
    sources = {year: source for year, source in named.items() if source is not None}
    papers = config["papers"]
    read = set() if papers["source"] == "published" else {int(year) for year in papers["years"]}
    for year, source in sources.items():
        if source == LIVE and year not in read:
            raise DatafootprintError(
                f"config: usage.counts.{year} is live, but no papers of {year} are read; set "
                f"papers.source to folder or openreview and add {year} to papers.years."
            )
    return {**sources, **dict.fromkeys(sorted(read), LIVE)}


def needed_years(sources: Mapping[int, str], until: int) -> list[int]:
    """List the years of the estimate: from the first year with a source to `until`.

    Raises
    ------
    DatafootprintError
        If a year in between has no source, or `until` lies before the first.
    """
    if not sources:
        raise DatafootprintError("config: usage.counts leaves out every year.")
    first = min(sources)
    if until < first:
        raise DatafootprintError(
            f"config: projection.until is {until}, before the first year of usage.counts, {first}."
        )
    years = list(range(first, until + 1))
    for year in years:
        if year not in sources:
            raise DatafootprintError(
                f"config: usage.counts has no source for {year}; every year from {first} to "
                f"projection.until ({until}) needs one, if only for its number of accepted papers."
            )
    return years


def check_counts(rows: Sequence[Row], where: str | Path) -> Sequence[Row]:
    """Return `rows` if in each of them trained <= mentioning <= accepted.

    Raises
    ------
    DatafootprintError
        If not, or if only one of `mentioning` and `trained` is given.
    """
    for row in rows:
        year, accepted, mentioning, trained = (
            row[column] for column in ("year", "accepted", "mentioning", "trained")
        )
        if (mentioning is None) != (trained is None):
            raise DatafootprintError(
                f"{where}, year {year}: mentioning and trained must both be given or both be empty."
            )
        if isinstance(trained, float) and row.get("correction") in (None, "none"):
            raise DatafootprintError(
                f"{where}, year {year}: trained is {trained:g}, but papers come whole; only a "
                "corrected count (column correction) can have decimals."
            )
        bounds = row.get("trained_low"), row.get("trained_high")
        if row.get("correction") == "audit" and None in bounds:
            raise DatafootprintError(
                f"{where}, year {year}: a count that an audit corrected (column correction) needs "
                "its 95% bounds in trained_low and trained_high."
            )
        rates = [row.get(name) for name in ("sensitivity", "specificity")]
        known = [rate for rate in rates if rate is not None]
        if known and (len(known) < 2 or sum(known) <= 1 or row.get("trained_raw") is None):
            raise DatafootprintError(
                f"{where}, year {year}: a count that error rates corrected needs trained_raw, "
                "sensitivity and specificity, which are above 1 together."
            )
        if mentioning is not None and not trained <= mentioning <= accepted:
            raise DatafootprintError(
                f"{where}, year {year}: trained ({trained}) <= mentioning ({mentioning}) <= "
                f"accepted ({accepted}) does not hold, a share would be above 1."
            )
    return rows


def count_usage(
    tables: Mapping[str, Iterable[Row]], sources: Mapping[int, str], until: int
) -> list[Row]:
    """Take each year's counts from the source that the configuration names for it.

    Parameters
    ----------
    tables : mapping of str to rows
        For each source, rows with year, accepted, mentioning, trained (papers; the last two None
        where only the accepted total is known).
    sources : mapping of int to str
        Year -> source, a key of `tables`.
    until : int
        Last year of the estimate.

    Returns
    -------
    list of dict
        Rows of the table `usage_counts`, with `source`.

    Raises
    ------
    DatafootprintError
        If a needed year has no source, or its source no row for it.
    """
    by_year = {
        source: {row["year"]: row for row in check_counts(list(rows), source)}
        for source, rows in tables.items()
    }
    counts = []
    for year in needed_years(sources, until):
        source = sources[year]
        if year not in by_year[source]:
            raise DatafootprintError(f"{source}: there is no row for {year}.")
        counts.append({**by_year[source][year], "source": source})
    return counts
