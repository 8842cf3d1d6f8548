"""A folder of PDFs as a source: by their names, or by a manifest."""

import hashlib
import itertools
import logging
import os
import re
from collections.abc import Iterable
from pathlib import Path

from datafootprint.errors import DatafootprintError
from datafootprint.tables import Row, read_rows

log = logging.getLogger(__name__)

MANIFEST = "manifest.csv"

# How Python writes bytes of a name that are not UTF-8.
_YEAR = re.compile(r"[0-9]{4}")
_UNSTORABLE = re.compile("[\ud800-\udfff]")


def list_folder(folder: str | Path, year: int) -> list[Row]:
    """List the papers of a year that lie in a folder.

    Parameters
    ----------
    folder : str or Path
        Holds PDFs as `<year>/<paper_id>.pdf`, or anywhere below it with a `manifest.csv`
        (paper_id, title, year, file) beside them.
    year : int
        The year wanted.

    Returns
    -------
    list of dict
        Rows of the table `papers`; `pdf_url` is the path of the file.

    Raises
    ------
    DatafootprintError
        If the folder is missing or has no paper of the year, or the manifest names a file that is
        not there.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DatafootprintError(f"config: papers.folder: {folder}: there is no such folder.")
    manifest = folder / MANIFEST
    found = _listed_files(manifest, year) if manifest.is_file() else _named_files(folder, year)
    if not found:
        where, what = folder / str(year), "put PDFs there as <paper_id>.pdf"
        if manifest.is_file():
            where, what = manifest, "list its papers there"
        raise DatafootprintError(
            f"{where}: no papers of {year}; papers.years has that year, so {what} or take the year "
            "out."
        )
    return [
        {
            "paper_id": paper_id,
            "title": title,
            "year": year,
            "decision": "",
            "pdf_url": str(path),
            "number": None,
            "source": "folder",
        }
        for paper_id, title, path in found
    ]


def _listed_files(manifest: Path, year: int) -> list[tuple[str, str, Path]]:
    """Return id, title and path of the papers of a year in a manifest."""
    folder = manifest.parent
    found = []
    for row in read_rows(manifest, "folder_manifest"):
        if row["year"] == year:
            path = _below(folder, row["file"])
            if path is None:
                raise DatafootprintError(
                    f"{manifest}: the file {row['file']!r} of {row['paper_id']} does not lie "
                    f"below {folder}; put it there."
                )
            found.append((row["paper_id"], row["title"] or "", path))
    missing = [path for _, _, path in found if not _is_file(path)]
    if missing:
        raise DatafootprintError(
            f"{manifest}: {len(missing)} of {len(found)} files of {year} are missing, first "
            f"{str(missing[0])[:500]}; put them there or take their lines out."
        )
    return found


def _named_files(folder: Path, year: int) -> list[tuple[str, str, Path]]:
    """Return id, no title and path of the PDFs in the folder of a year; warn of PDFs in none."""
    elsewhere = sorted(
        path
        for path in folder.rglob("*.[pP][dD][fF]")
        if path.parent.parent != folder or not _YEAR.fullmatch(path.parent.name)
    )
    if elsewhere:
        log.warning(
            "%s: %d PDFs lie in no folder of a year and are not read, first %s; put them into "
            "<year>/ or name them in a %s.",
            *(folder, len(elsewhere), elsewhere[0], MANIFEST),
        )
    files = folder.joinpath(str(year)).glob("*.[pP][dD][fF]")
    paths = sorted(files, key=lambda path: (path.stem, path.name))
    for path in paths:
        if _UNSTORABLE.search(path.name):
            raise DatafootprintError(
                f"{folder / str(year)}: the name {path.name!r} is not UTF-8; rename the file."
            )
    found = [(path.stem, "", path) for path in paths if path.is_file()]
    for (first, *_), (second, *_) in itertools.pairwise(found):
        if first == second:
            raise DatafootprintError(
                f"{folder / str(year)}: there are several files of {first}; keep one."
            )
    return found


def find_in_folder(folder: str | Path, papers: Iterable[Row]) -> dict[str, Path]:
    """Map the ids of those papers whose PDF lies in the folder to its path."""
    folder = Path(folder)
    manifest = folder / MANIFEST
    listed: dict[str, str] = {}
    if manifest.is_file():
        rows = read_rows(manifest, "folder_manifest")
        listed = {row["paper_id"]: row["file"] for row in rows}
    found = {}
    for paper in papers:
        paper_id = paper["paper_id"]
        path = _below(folder, listed.get(paper_id, f"{paper['year']}/{paper_id}.pdf"))
        if path is not None and _is_file(path):
            found[paper_id] = path
    return found


def _below(folder: Path, name: str) -> Path | None:
    """Return the path of a name below a folder; None if it leads out of it or is no name."""
    if "\0" in name or _UNSTORABLE.search(name):
        return None
    path = Path(os.path.normpath(name))
    if path.is_absolute() or os.pardir in path.parts:
        return None
    return folder / path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # such as a name too long for any file
        return False


def folder_state(folder: str | Path | None, year: int) -> str:
    """Digest the names, sizes and times of the files of a year, to see when they change."""
    digest = hashlib.sha256()
    if folder is not None:
        manifest = Path(folder) / MANIFEST
        top = Path(folder) if manifest.is_file() else Path(folder) / str(year)
        for place, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                path = Path(place, name)
                # A link that leads nowhere has no file behind it.
                stat = path.stat() if path.exists() else path.lstat()
                digest.update(os.fsencode(path))
                digest.update(f" {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
