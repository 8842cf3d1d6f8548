"""Dated snapshots of what a service answered: kept in a folder, added to, never overwritten.

A snapshot is a folder called `<name>_<date>`. It is filled under another name and renamed when it
is complete.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from datafootprint.errors import DatafootprintError

log = logging.getLogger(__name__)

LATEST = "latest"
#: A count that falls by more than this share since the last snapshot is not believed.
LARGEST_FALL = 0.1


def snapshot_name(*parts: str) -> str:
    """Join the parts of a query to a file name; different parts give different names."""
    return "_".join(quote(part, safe=" -").replace("_", "%5F").replace(" ", "+") for part in parts)


def snapshot_path(folder: str | Path, name: str, day: str) -> Path:
    """Return the path of the snapshot of `day` (ISO date), whether it exists or not."""
    return Path(folder) / f"{name}_{day}"


def snapshot_days(folder: str | Path, name: str) -> list[str]:
    """List the days (ISO dates, ascending) of the snapshots called `name`."""
    pattern = re.compile(re.escape(name) + r"_(\d{4}-\d{2}-\d{2})")
    found = (pattern.fullmatch(path.name) for path in Path(folder).glob("*/"))
    return sorted(match[1] for match in found if match)


def kept_table(wanted: Mapping[str, Any], table: str) -> Path | None:
    """Return the file called `table` of a snapshot; None if there is none of that day.

    `wanted` has snapshots (a folder), name and day (ISO date).
    """
    path = snapshot_path(wanted["snapshots"], wanted["name"], wanted["day"]) / table
    return path if path.is_file() else None


def choose_day(
    requested: str, folder: str | Path, name: str, today: date, begun: Sequence[str] = ()
) -> str:
    """Return the day (ISO date) of the snapshot to use or to make.

    `requested` is a date, or `latest` for the newest snapshot, else for the last day of retrievals
    that have `begun` and were interrupted, else for `today` (in UTC).

    Raises
    ------
    DatafootprintError
        If there is no snapshot of the requested day and it is not today.
    """
    days = snapshot_days(folder, name)
    if requested == LATEST:
        return [today.isoformat(), *begun, *days][-1]
    if requested not in (*days, *begun, today.isoformat()):
        have = f"there is one of {', '.join(days)}" if days else "there is none"
        raise DatafootprintError(
            f"config: no snapshot {name} of {requested} in {folder} ({have}); name one of these "
            f"days, or today's date in UTC, {today.isoformat()}, to ask the service again."
        )
    return requested


def take_snapshot(
    wanted: Mapping[str, Any],
    table: str,
    fill: Callable[[Path], None],
    read_counts: Callable[[Path], Mapping[str, int]],
) -> Path:
    """Return the file `table` of the snapshot `wanted`; make it if there is none of that day.

    `fill` writes its files into an empty folder; `read_counts` reads from a file `table` the counts
    by what they are of.

    Raises
    ------
    DatafootprintError
        If `fill` raises it, or a count fell by more than `LARGEST_FALL` since the newest snapshot.
    """
    path = snapshot_path(wanted["snapshots"], wanted["name"], wanted["day"])
    kept = kept_table(wanted, table)
    if kept is not None:
        log.info("%s: there is a snapshot, so nobody is asked", path)
        return kept
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=".filling-") as temporary:
        filling = Path(temporary) / path.name
        filling.mkdir()
        fill(filling)
        for day in snapshot_days(path.parent, wanted["name"])[-1:]:
            newest = snapshot_path(path.parent, wanted["name"], day)
            _refuse_a_fall(read_counts(newest / table), read_counts(filling / table), newest, day)
        filling.rename(path)
    log.info("%s: kept as a snapshot", path)
    return path / table


def _refuse_a_fall(
    before: Mapping[str, int], counts: Mapping[str, int], newest: Path, day: str
) -> None:
    for what, count in counts.items():
        if count < before.get(what, 0) * (1 - LARGEST_FALL):
            raise DatafootprintError(
                f"{what} fell from {before[what]} ({newest}) to {count}, by more than "
                f"{LARGEST_FALL:.0%}. To use the old counts, set `retrieved` to {day}; to accept "
                f"new ones, move {newest} away and run again."
            )
