"""What a service that counts publications is, and which of its answers can be believed."""

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from datafootprint.errors import DatafootprintError

log = logging.getLogger(__name__)

_YEAR = re.compile("[0-9]{1,4}")

#: `ask(method, path, **options)` sends a request to a service and returns the JSON of its answer;
#: the options are those of `requests`.
Ask = Callable[..., Any]
#: `keep(request, answer)` keeps an answer as it came; the request is given without its key.
Keep = Callable[[str, Any], None]


@dataclass(frozen=True)
class CountingService:
    """A web service that counts the publications per year that mention a keyword.

    `literature.<name>` is its section of the configuration. `key_from` says how to get a key.
    `count(ask, key, keyword, years, keep)` returns rows of the table `Publications` for `years`
    (ascending; the answer may lack the last one). `counts_running_year`: it also counts the year
    that is running, which is marked as not complete.
    """

    name: str
    base_url: str
    key_variable: str
    key_required: bool
    key_from: str
    count: Callable[[Ask, str, str, Sequence[int], Keep], list[dict[str, Any]]]
    counts_running_year: bool = True


def read_counts(
    service: str, body: Any, groups_key: str, year_key: str, years: Iterable[int]
) -> dict[int, int]:
    """Return year -> count for `years`, from a list of groups with a year and a `count` each."""
    groups = body.get(groups_key) if isinstance(body, dict) else None
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
    """Refuse an answer that is empty or lacks a year other than the last, which may be running."""
    if not any(counts.values()):
        raise DatafootprintError(
            f"{service}: not one publication for {keyword!r}; check literature.keyword."
        )
    missing = [str(year) for year in sorted(years)[:-1] if year not in counts]
    if missing:
        raise DatafootprintError(
            f"{service}: the answer for {keyword!r} has no count for {', '.join(missing)}; run "
            "again later, or leave these years out of the estimate."
        )


def warn_of_other_total(service: str, counts: dict[int, int], summary: Any, key: str) -> None:
    """Log a warning if the total in the summary of an answer is not the sum of its years."""
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
