"""Publications a year that mention the dataset."""

from collections.abc import Iterable

from datafootprint.tables import Row


def count_publications(table: Iterable[Row], source: str) -> list[Row]:
    """Mark each count that does not say so itself with the source it was read from.

    Parameters
    ----------
    table : rows
        year, publications; source and retrieved where known.
    source : str
        The configured source.

    Returns
    -------
    list of dict
        year, publications, source, retrieved.
    """
    return [
        {
            "year": row["year"],
            "publications": row["publications"],
            "source": row.get("source") or source,
            "retrieved": row.get("retrieved"),
        }
        for row in table
    ]
