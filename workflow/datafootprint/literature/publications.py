"""Publications a year that mention the dataset."""

from collections.abc import Iterable

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row


def count_publications(table: Iterable[Row], source: str) -> list[Row]:
    """Give each count its source, and mark a year that was not over when it was counted.

    Parameters
    ----------
    table : rows
        year, publications; the other columns of the table `publications` where known.
    source : str
        The configured source, for rows that do not name theirs.

    Returns
    -------
    list of dict
        The columns of the table `publications`. `complete` is what the row says, else whether the
        year was over on the date of retrieval, else None (that date is not known).
    """
    return [
        {**row, "source": row.get("source") or source, "complete": is_complete(row)}
        for row in table
    ]


def is_complete(row: Row) -> bool | None:
    """Tell whether the year of a row was over when it was counted; None if that is not known."""
    if row.get("complete") is not None:
        return bool(row["complete"])
    if row.get("retrieved") is None:
        return None
    return bool(row["year"] < int(row["retrieved"][:4]))


def require_complete(publications: Iterable[Row], years: Iterable[int]) -> None:
    """Refuse a count of a year that was not over, where it would stand for a whole one.

    Raises
    ------
    DatafootprintError
        Naming the year and the date of retrieval.
    """
    wanted = set(years)
    for row in publications:
        if row["year"] in wanted and row.get("complete") is False:
            raise DatafootprintError(
                f"publications: {row['year']} was not over when it was counted "
                f"({row.get('retrieved') or 'date not given'}), so its count cannot stand for a "
                f"whole year; set projection.until to {row['year'] - 1} or give a later count."
            )
