"""What a service answers about a query: counts a year, refused where they cannot be believed."""

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from datafootprint.errors import DatafootprintError

log = logging.getLogger(__name__)

_YEAR = re.compile("[0-9]{1,4}")


@dataclass(frozen=True)
class Answer:
    """What a service said about one query.

    Attributes
    ----------
    rows : list of dict
        year, publications and, where known, publications_with_full_text, full_text_coverage.
    query : str
        As sent, without the key.
    service_version : str or None
        Where the service gives one.
    """

    rows: list[dict[str, Any]]
    query: str
    service_version: str | None


#: Called with a request (without its key) and the response as it came, before it is read.
Keep = Callable[[str, dict[str, Any]], None]


def read_counts(service: str, groups: Any, year_key: str, years: Iterable[int]) -> dict[int, int]:
    """Read the counts of a list of groups, each a mapping with a year and a `count`.

    Returns
    -------
    dict
        Year -> count, for those of `years` that the list has.

    Raises
    ------
    DatafootprintError
        If the list is not of that form or gives a year twice.
    """
    if not isinstance(groups, list):
        raise _changed(service, "the list of years is missing")
    wanted = set(years)
    counts: dict[int, int] = {}
    for group in groups:
        year = group.get(year_key) if isinstance(group, dict) else None
        count = group.get("count") if isinstance(group, dict) else None
        if not _YEAR.fullmatch(str(year)) or type(count) is not int or count < 0:
            raise _changed(service, f"a year reads {group!r}")
        if int(str(year)) in counts:
            raise _changed(service, f"the year {year} occurs twice")
        if int(str(year)) in wanted:
            counts[int(str(year))] = count
    return counts


def require_whole_years(
    service: str, counts: dict[int, int], years: Iterable[int], keyword: str
) -> None:
    """Refuse an answer that is empty or lacks a year other than the last, which is running.

    Raises
    ------
    DatafootprintError
        Naming the years.
    """
    if not any(counts.values()):
        raise DatafootprintError(
            f"{service}: not one publication for {keyword!r}; check literature.keyword."
        )
    missing = [str(year) for year in sorted(years)[:-1] if year not in counts]
    if missing:
        raise DatafootprintError(
            f"{service}: the answer for {keyword!r} has no count for {', '.join(missing)}; nothing "
            "was kept as a snapshot. Run again later, or leave these years out of the estimate "
            "(usage.counts, projection.until)."
        )


def warn_of_other_total(service: str, counts: dict[int, int], summary: Any, key: str) -> None:
    """Warn if the total that the service gives in its summary is not the sum of its years."""
    total = summary.get(key) if isinstance(summary, dict) else None
    if isinstance(total, int) and total != sum(counts.values()):
        log.warning(
            "%s: the years add up to %d publications, its total is %d",
            service,
            sum(counts.values()),
            total,
        )


def _changed(service: str, what: str) -> DatafootprintError:
    return DatafootprintError(
        f"{service}: the answer has another form than this version of the workflow knows: {what}."
    )
