"""Publications per year that mention the dataset."""

from collections.abc import Iterable

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.tables import records_of


def count_publications(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """Name the source of each count, and mark the years that were not over when it was made.

    `complete` is what the row says, else whether the year was over on the date of retrieval, else
    missing.
    """
    retrieved = pd.to_numeric(table["retrieved"].str[:4]).astype("Int64")
    return table.assign(
        source=table["source"].fillna(source),
        complete=table["complete"].fillna(table["year"] < retrieved),
    )


def venue_publications(counts: pd.DataFrame) -> pd.DataFrame:
    """Take the venue's own papers that mention the dataset for the literature: a lower bound.

    Years that were not observed count for nothing.
    """
    observed = counts["trained"].notna()
    source = observed.map({True: "the venue's own papers", False: "not observed, left out"})
    mentioning = counts["mentioning"].where(observed, 0).astype(int)
    return counts[["year"]].assign(publications=mentioning, source=source)


def require_complete(publications: pd.DataFrame, years: Iterable[int]) -> None:
    """Refuse a count of a year that was not over, if it is one of `years`."""
    if "complete" not in publications:
        return
    incomplete = publications["complete"].eq(False).fillna(False)
    for row in records_of(publications[incomplete & publications["year"].isin(list(years))]):
        raise DatafootprintError(
            f"publications: {row['year']} was not over when it was counted "
            f"({row.get('retrieved') or 'date not given'}), so it cannot be used as a whole year; "
            f"set projection.until to {row['year'] - 1} or give a later count."
        )
