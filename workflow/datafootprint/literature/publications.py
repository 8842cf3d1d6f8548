"""Publications per year that mention the dataset, by one source and by two side by side."""

import logging
from collections.abc import Iterable, Mapping

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.tables import records_of

log = logging.getLogger(__name__)

#: A count so many times below or above those of both years beside it is warned of.
LARGEST_JUMP = 10
COMPARED = ["year", "complete", "publications", "full_text_coverage"]


def count_publications(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """Name the source of each count, and mark the years that were not over when it was made.

    `complete` is what the row says, else whether the year was over on the date of retrieval, else
    missing.
    """
    by_year = table.set_index("year")["publications"].sort_index()
    beside = pd.concat([by_year.shift(), by_year.shift(-1)], axis=1)
    is_low = by_year * LARGEST_JUMP < beside.min(axis=1, skipna=False)
    is_high = by_year > LARGEST_JUMP * beside.max(axis=1, skipna=False)
    for year in by_year.index[is_low | is_high]:
        log.warning(
            "%s: %d publications in %d, but %d and %d in the years beside it; is a digit missing?",
            *(source, by_year[year], year, *beside.loc[year]),
        )
    retrieved = pd.to_numeric(table["retrieved"].str[:4]).astype("Int64")
    return table.assign(
        source=table["source"].fillna(source),
        complete=table["complete"].fillna(table["year"] < retrieved),
    )


def venue_publications(counts: pd.DataFrame) -> pd.DataFrame:
    """Take the venue's own papers that mention the dataset for the literature, not scaled up.

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


def compare_publications(
    first: pd.DataFrame, second: pd.DataFrame, names: Mapping[str, str], factor: float
) -> pd.DataFrame:
    """Divide the publications of a second source by those of the first, year by year.

    `names` has the names of the two as source and compared_with. They disagree if one count is more
    than `factor` times the other; a year that was not over in one of them has no verdict.
    """
    both = first[COMPARED].merge(
        second[COMPARED], on="year", how="outer", suffixes=("", "_compared"), indicator=True
    )
    counts = both[["publications", "publications_compared"]].astype("Int64")
    ours, theirs = counts["publications"], counts["publications_compared"]
    # A source that lacks the year does not speak against its being over.
    complete = both["complete"].mask(both["_merge"] == "right_only", True) & both[
        "complete_compared"
    ].mask(both["_merge"] == "left_only", True)
    agree = (ours <= factor * theirs) & (theirs <= factor * ours)
    compared = both.assign(
        **names,
        **counts,
        complete=complete,
        ratio=(theirs / ours.where(ours > 0)).astype("Float64"),
        agree=agree.mask(complete.eq(False).fillna(False) | ours.isna() | theirs.isna()),
    )
    for row in records_of(compared[compared["agree"].eq(False).fillna(False)]):
        log.warning(
            "%(year)d: %(source)s counts %(publications)d publications, %(compared_with)s counts "
            "%(publications_compared)d, more than a factor of %(factor)g apart",
            row | {"factor": factor},
        )
    return compared
