"""Publication counts of two sources side by side."""

import logging
from collections.abc import Iterable, Mapping

from datafootprint.legacy_tables import Row

log = logging.getLogger(__name__)


def compare_publications(
    first: Iterable[Row],
    second: Iterable[Row],
    names: Mapping[str, str],
    factor: float,
) -> list[Row]:
    """Divide the counts of a second source by those of the first, year by year.

    Parameters
    ----------
    first, second : rows
        Of the table `publications`.
    names : mapping
        source, compared_with: the names of the two.
    factor : float
        The two disagree if one is more than `factor` times the other.

    Returns
    -------
    list of dict
        The columns of the table `publications_compared`, for every year of either source. A year
        that was not over in one of them has its ratio, but does not count as a disagreement.
    """
    ours = {row["year"]: row for row in first}
    theirs = {row["year"]: row for row in second}
    rows = []
    for year in sorted({*ours, *theirs}):
        one, other = ours.get(year, {}), theirs.get(year, {})
        count, compared = one.get("publications"), other.get("publications")
        ratio = compared / count if count and compared is not None else None
        complete = _both_complete(one, other)
        agree = None
        if complete is not False and count is not None and compared is not None:
            agree = count <= factor * compared and compared <= factor * count
        if agree is False:
            log.warning(
                "%d: %s counts %d publications, %s counts %d, more than a factor of %g apart",
                year,
                names["source"],
                count,
                names["compared_with"],
                compared,
                factor,
            )
        if complete is False:
            log.info("%d was not over when it was counted: no verdict on its ratio", year)
        rows.append(
            {
                "year": year,
                "complete": complete,
                **names,
                "publications": count,
                "publications_compared": compared,
                "ratio": ratio,
                "agree": agree,
                "full_text_coverage": one.get("full_text_coverage"),
                "full_text_coverage_compared": other.get("full_text_coverage"),
            }
        )
    return rows


def _both_complete(one: Row, other: Row) -> bool | None:
    states = [row.get("complete") for row in (one, other) if row]
    if False in states:
        return False
    return None if None in states else True
