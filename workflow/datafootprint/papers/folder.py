"""A folder of PDFs as a source: by their names, or by a manifest."""

import hashlib
import itertools
import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row, read_rows
from datafootprint.papers.pdfs import is_pdf

log = logging.getLogger(__name__)

MANIFEST = "manifest.csv"

_YEAR = re.compile(r"[0-9]{4}")
_PDFS = "*.[pP][dD][fF]"
#: How Python writes bytes of a name that are not UTF-8.
_UNSTORABLE = re.compile("[\ud800-\udfff]")


def list_folder(folder: str | Path, year: int, years: Iterable[int] = ()) -> list[Row]:
    """List the papers of a year that lie in a folder.

    Parameters
    ----------
    folder : str or Path
        Holds PDFs as `<year>/<paper_id>.pdf`, or anywhere below it with a `manifest.csv`
        (paper_id, title, year, file) beside them.
    year : int
        The year wanted.
    years : iterable of int
        All years that are read: a PDF of `year` may not lie in another one of them.

    Returns
    -------
    list of dict
        Rows of the table `papers`; `pdf_url` is the path of the file.

    Raises
    ------
    DatafootprintError
        If the folder is missing or has no paper of the year, a file is not there or has a name
        that is none of a paper, or one paper would count twice.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DatafootprintError(f"config: papers.folder: {folder}: there is no such folder.")
    listed = read_manifest(folder)
    if listed is None:
        found = _named_files(folder, year)
        where, what = folder / str(year), "put PDFs there as <paper_id>.pdf"
    else:
        found = _listed_files(folder, listed, year)
        where, what = folder / MANIFEST, "list its papers there"
    if not found:
        raise DatafootprintError(
            f"{where}: no papers of {year}; papers.years has that year, so {what} or take the year "
            "out."
        )
    others = [path for other in set(years) - {year} for path in _paths_of(folder, listed, other)]
    _refuse_copies([*(path for _, _, path in found), *filter(_is_file, others)])
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


def read_manifest(folder: str | Path) -> list[Row] | None:
    """Return the rows of the manifest of a folder; None if it has none.

    Raises
    ------
    DatafootprintError
        If it is damaged, or a link that leads nowhere.
    """
    manifest = Path(folder, MANIFEST)
    return read_rows(manifest, "folder_manifest") if os.path.lexists(manifest) else None


def _paths_of(folder: Path, listed: list[Row] | None, year: int) -> list[Path]:
    """Return where the PDFs of a year lie, or should."""
    if listed is None:
        return _files_of_year(folder, year)
    rows = [row for row in listed if row["year"] == year]
    return [path for row in rows if (path := _below(folder, row["file"])) is not None]


def _listed_files(folder: Path, listed: list[Row], year: int) -> list[tuple[str, str, Path]]:
    """Return id, title and path of the papers of a year in a manifest; warn of PDFs it lacks."""
    manifest = folder / MANIFEST
    found = []
    paper_ids: dict[Path, str] = {}
    for row in listed:
        path = _below(folder, row["file"])
        if path is None:
            raise DatafootprintError(
                f"{manifest}: the file {row['file'][:500]!r} of {row['paper_id']} does not lie "
                f"below {folder}; put it there."
            )
        first = paper_ids.setdefault(path, row["paper_id"])
        if first != row["paper_id"]:
            raise DatafootprintError(
                f"{manifest}: {row['file']} is the file of {first} and of {row['paper_id']}; name "
                "the file of each, or take one of the lines out."
            )
        if row["year"] == year:
            found.append((row["paper_id"], row["title"] or "", path))
    missing = [path for _, _, path in found if not _is_file(path)]
    if missing:
        raise DatafootprintError(
            f"{manifest}: {len(missing)} of {len(found)} files of {year} are missing, first "
            f"{str(missing[0])[:500]}; put them there or take their lines out."
        )
    unlisted = sorted(path for path in folder.rglob(_PDFS) if path not in paper_ids)
    if unlisted:
        log.warning(
            "%s: %d PDFs below its folder are not in it and are not read, first %s.",
            *(manifest, len(unlisted), unlisted[0]),
        )
    return found


def _named_files(folder: Path, year: int) -> list[tuple[str, str, Path]]:
    """Return id, no title and path of the PDFs in the folder of a year; warn of PDFs in none."""
    elsewhere = sorted(
        path
        for path in folder.rglob(_PDFS)
        if path.parent.parent != folder or not _YEAR.fullmatch(path.parent.name)
    )
    if elsewhere:
        log.warning(
            "%s: %d PDFs lie in no folder of a year and are not read, first %s; put them into "
            "<year>/ or name them in a %s.",
            *(folder, len(elsewhere), elsewhere[0], MANIFEST),
        )
    paths = _files_of_year(folder, year)
    for path in paths:
        _check_name(path)
    for first, second in itertools.pairwise(paths):
        if first.stem == second.stem:
            raise DatafootprintError(
                f"{folder / str(year)}: there are several files of {first.stem}; keep one."
            )
    return [(path.stem, "", path) for path in paths]


def _files_of_year(folder: Path, year: int) -> list[Path]:
    """Return what is called like a PDF in the folder of a year, in the order of the papers."""
    files = folder.joinpath(str(year)).glob(_PDFS)
    return sorted(files, key=lambda path: (path.stem, path.name))


def _check_name(path: Path) -> None:
    """Refuse a name that is none of a paper, or has no file behind it."""
    if _UNSTORABLE.search(path.name):
        raise DatafootprintError(
            f"{path.parent}: the name {path.name!r} is not UTF-8; rename the file."
        )
    # Tables are read without the spaces at the ends of their cells.
    if path.stem != path.stem.strip():
        raise DatafootprintError(
            f"{path.parent}: the name {path.name!r} begins with a space or has one before its "
            "ending; rename the file."
        )
    if not path.is_file():
        raise DatafootprintError(
            f"{path.parent}: {path.name} is not a file, or a link that leads to none; put the file "
            "there or remove it."
        )


def _refuse_copies(paths: Iterable[Path]) -> None:
    """Refuse two PDFs with the same content; what is none may stand for a paper without one."""
    by_size = defaultdict(list)
    for path in paths:
        by_size[path.stat().st_size].append(path)
    for alike in by_size.values():
        seen: dict[bytes, Path] = {}
        # Files of different sizes need not be read.
        for path in alike if len(alike) > 1 else []:
            content = path.read_bytes()
            first = seen.setdefault(hashlib.sha256(content).digest(), path)
            if first != path and is_pdf(content):
                raise DatafootprintError(
                    f"{first} and {path} have the same content, so one paper would count twice; "
                    "keep one, or put the right PDF in place of the other."
                )


def find_in_folder(folder: str | Path, papers: Iterable[Row]) -> dict[str, Path]:
    """Map the ids of those papers whose PDF lies in the folder to its path."""
    folder = Path(folder)
    listed = {row["paper_id"]: row["file"] for row in read_manifest(folder) or []}
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
    """Digest the names, sizes and times of the files of a year, to see when they change.

    With a manifest it and all files that it names count, wherever links lead.
    """
    digest = hashlib.sha256()
    if folder is not None:
        folder = Path(folder)
        paths: list[Path | None] = [*_files_of_year(folder, year)]
        listed = read_manifest(folder)
        if listed is not None:
            paths += [folder / MANIFEST, *(_below(folder, row["file"]) for row in listed)]
        for path in filter(None, paths):
            digest.update(os.fsencode(path) + f" {_size_and_time(path)}\n".encode())
    return digest.hexdigest()


def _size_and_time(path: Path) -> str:
    try:
        stat = path.stat()
    except OSError:  # what is missing is told when it is read
        return "missing"
    return f"{stat.st_size} {stat.st_mtime_ns}"
