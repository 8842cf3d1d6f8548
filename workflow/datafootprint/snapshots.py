"""Dated snapshots of what a service answered: kept in a folder, added to, never overwritten.

A snapshot is a folder called `<name>_<date>`. It is filled under another name and renamed when it
is complete.
"""

import hashlib
import logging
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from datafootprint.errors import DatafootprintError

log = logging.getLogger(__name__)

LATEST = "latest"
#: The checksums of the files of a snapshot as they were retrieved; `sha256sum -c` checks them.
CHECKSUMS = "SHA256SUMS"
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
    """Return the file called `table` of a snapshot; None if there is no snapshot of that day.

    `wanted` has snapshots (a folder), name and day (ISO date).

    Raises
    ------
    DatafootprintError
        If the snapshot lacks the file.
    """
    folder, name, day = wanted["snapshots"], wanted["name"], wanted["day"]
    if day not in snapshot_days(folder, name):
        return None
    path = snapshot_path(folder, name, day) / table
    if not path.is_file():
        raise DatafootprintError(
            f"{path}: there is no such file; put it back from a copy, or move the folder of the "
            "snapshot away to ask the service again."
        )
    return path


def edited(wanted: Mapping[str, Any], table: str) -> str | None:
    """Return the checksum of a file of the snapshot `wanted` if it was changed since it came.

    It is None also if there is no snapshot yet, so that a new snapshot re-runs nothing.
    """
    kept = kept_table(wanted, table)
    if kept is None:
        return None
    line = _checksum(kept)
    checksums = kept.with_name(CHECKSUMS)
    retrieved = checksums.read_text(encoding="utf-8") if checksums.is_file() else ""
    return None if line in retrieved.splitlines() else line


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
    fill: Callable[[Path], Mapping[str, int]],
    read_counts: Callable[[Path], Mapping[str, int]],
) -> Path:
    """Return the file `table` of the snapshot `wanted`; make it if there is none of that day.

    `fill` writes its files into an empty folder and returns counts by what they are of;
    `read_counts` reads those of an earlier snapshot from its file `table`.

    Raises
    ------
    DatafootprintError
        If `fill` raises it, or a count fell by more than `LARGEST_FALL` since the newest snapshot.
        The files so far are kept in a folder whose name ends in `.refused`.
    """
    folder, name, day = wanted["snapshots"], wanted["name"], wanted["day"]
    path = snapshot_path(folder, name, day)
    kept = kept_table(wanted, table)
    if kept is not None:
        log.info("%s: there is a snapshot, so nobody is asked", path)
        return kept
    with _new_snapshot(path) as filling:
        counts, days = fill(filling), snapshot_days(folder, name)
        newest = kept_table({**wanted, "day": days[-1]}, table) if days else None
        before = read_counts(newest) if newest else {}
        for what, count in counts.items():
            if count < before.get(what, 0) * (1 - LARGEST_FALL):
                raise DatafootprintError(
                    f"{name}: {what} fell from {before[what]} ({days[-1]}) to {count}, by more "
                    f"than {LARGEST_FALL:.0%}. To use the old counts, set `retrieved` to "
                    f"{days[-1]}; to accept the new ones, take `.refused` out of the name of their "
                    "folder."
                )
    log.info("%s: kept as a snapshot", path)
    return path / table


@contextmanager
def _new_snapshot(path: Path) -> Iterator[Path]:
    """Give an empty folder to fill, which gets the name `path` when the block ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=".filling-") as temporary:
        filling = Path(temporary) / path.name
        filling.mkdir()
        try:
            yield filling
        except DatafootprintError as error:
            if not any(filling.iterdir()):
                raise
            refused = path.with_name(f"{path.name}.refused")
            shutil.rmtree(refused, ignore_errors=True)
            filling.rename(refused)
            raise DatafootprintError(f"{error} The answer is kept in {refused}.") from None
        checksums = "".join(f"{_checksum(file)}\n" for file in sorted(filling.iterdir()))
        (filling / CHECKSUMS).write_text(checksums, encoding="utf-8")
        if path.exists():
            raise DatafootprintError(
                f"{path}: another run made this snapshot meanwhile; run again to use it."
            )
        filling.rename(path)


def _checksum(path: Path) -> str:
    """Return a line as `sha256sum` writes it."""
    with path.open("rb") as stream:
        return f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {path.name}"
