"""Counts of papers per year, put together from the sources the configuration names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.tables import records_of
from datafootprint.usage.labels import Correction


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
    if (mentioning is None) != (trained is None):
        return "mentioning and trained must both be given or both be empty"
    if mentioning is None:
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
    if not trained <= mentioning <= accepted:
        return (
            f"trained ({trained:g}) <= mentioning ({mentioning}) <= accepted ({accepted}) does not "
            "hold, a share would be above 1"
        )
    return ""


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
