"""Dated snapshots of what a service answered: kept in a folder, added to, never overwritten.

A snapshot is a folder called `<name>_<date>`. It is filled under another name and renamed when it
is whole, so that a folder of that name is always complete, and a second one cannot take its place.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from datafootprint.errors import DatafootprintError

LATEST = "latest"
#: The checksums of the files of a snapshot as they were retrieved; `sha256sum -c` checks them.
CHECKSUMS = "SHA256SUMS"
#: A number that falls by more than this share since the last snapshot is not believed.
LARGEST_FALL = 0.1
#: File systems take 255 bytes; the day, and the time of a refused answer, come behind.
LONGEST_NAME = 220


def snapshot_name(*parts: str) -> str:
    """Join the parts of a query to a file name; different parts give different names.

    A name that is too long for a folder ends in a digest instead.
    """
    name = "_".join(quote(part, safe=" -").replace("_", "%5F").replace(" ", "+") for part in parts)
    if len(name) <= LONGEST_NAME:
        return name
    # No other name has an equals sign, which is written as %3D.
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"{name[: LONGEST_NAME - len(digest) - 1]}={digest}"


def snapshot_path(folder: str | Path, name: str, day: str) -> Path:
    """Return where the snapshot of `day` (ISO date) lies or would lie."""
    return Path(folder) / f"{name}_{day}"


def snapshot_days(folder: str | Path, name: str) -> list[str]:
    """List the days (ISO dates, ascending) of which there is a snapshot called `name`."""
    pattern = re.compile(re.escape(name) + r"_(\d{4}-\d{2}-\d{2})")
    folder = Path(folder)
    if not folder.is_dir():
        return []
    found = (pattern.fullmatch(path.name) for path in folder.iterdir() if path.is_dir())
    return sorted(match[1] for match in found if match)


def kept_table(folder: str | Path, name: str, day: str, table: str) -> Path | None:
    """Return the file called `table` of the snapshot of a day; None if there is no snapshot.

    Raises
    ------
    DatafootprintError
        If the snapshot lacks it.
    """
    if day not in snapshot_days(folder, name):
        return None
    path = snapshot_path(folder, name, day) / table
    if not path.is_file():
        raise DatafootprintError(
            f"{path}: there is no such file; put it back from a copy, or move the folder of the "
            "snapshot away to ask the service anew."
        )
    return path


def edited(wanted: Mapping[str, Any], table: str) -> str | None:
    """Digest the file called `table` of a snapshot if it is not as it was retrieved.

    Parameters
    ----------
    wanted : mapping
        With snapshots (folder), name and day.
    table : str
        The file.

    Returns
    -------
    str or None
        None also if there is no snapshot yet, so that its coming makes nothing out of date.
    """
    kept = kept_table(wanted["snapshots"], wanted["name"], wanted["day"], table)
    if kept is None:
        return None
    line = _checksum(kept)
    checksums = kept.with_name(CHECKSUMS)
    retrieved = checksums.read_bytes().splitlines() if checksums.is_file() else []
    return None if line.encode() in retrieved else line


def _checksum(path: Path) -> str:
    """Return a line as `sha256sum` writes it."""
    with path.open("rb") as stream:
        return f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {path.name}"


def choose_day(
    requested: str, folder: str | Path, name: str, today: date, begun: str | None = None
) -> str:
    """Find the day of the snapshot to use or to make.

    Parameters
    ----------
    requested : str
        `latest`, or an ISO date.
    folder, name
        As in `snapshot_days`.
    today : date
        The date in UTC, used only if no snapshot answers the request.
    begun : str, optional
        Day on which a retrieval began that is not finished; it is taken up again.

    Returns
    -------
    str
        An ISO date: of the newest snapshot, else of the begun retrieval, else today.

    Raises
    ------
    DatafootprintError
        If there is no snapshot of the requested day and it is not today.
    """
    days = snapshot_days(folder, name)
    if requested == LATEST:
        return days[-1] if days else begun or today.isoformat()
    if requested not in (*days, begun, today.isoformat()):
        have = f"there is one of {', '.join(days)}" if days else "there is none"
        raise DatafootprintError(
            f"config: no snapshot {name} of {requested} in {folder} ({have}); name one of these "
            f"days, or today's date in UTC, {today.isoformat()}, to ask the service anew."
        )
    return requested


@contextmanager
def new_snapshot(folder: str | Path, name: str, day: str) -> Iterator[Path]:
    """Give an empty folder to fill; it becomes the snapshot if the block ends without an error.

    Raises
    ------
    DatafootprintError
        If there is a snapshot of that day; it stays as it is.
    """
    path = snapshot_path(folder, name, day)
    path.parent.mkdir(parents=True, exist_ok=True)
    filling = Path(tempfile.mkdtemp(dir=path.parent, prefix=".filling-"))
    try:
        yield filling
        checksums = "".join(f"{_checksum(path)}\n" for path in sorted(filling.iterdir()))
        (filling / CHECKSUMS).write_text(checksums, encoding="utf-8")
        filling.chmod(0o755)
        try:
            filling.rename(path)
        except OSError as error:
            if not path.exists():
                raise
            raise DatafootprintError(
                f"{path}: there is already a snapshot of {day}; snapshots are never overwritten. "
                "Move it away to keep a second one of the same day."
            ) from error
    finally:
        shutil.rmtree(filling, ignore_errors=True)
