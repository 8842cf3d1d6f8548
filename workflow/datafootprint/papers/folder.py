"""A folder of PDFs as a source: by their names, or by a manifest."""

import hashlib
import logging
import os
import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_tables import FolderManifest
from datafootprint.papers.pdfs import is_pdf
from datafootprint.tables import read_table

log = logging.getLogger(__name__)

MANIFEST = "manifest.csv"

_PDFS = "*.[pP][dD][fF]"
#: Names that no table can hold: with spaces at the ends, or bytes that are not UTF-8.
_UNSTORABLE = re.compile(r"^\s|\s$|[\ud800-\udfff]")


def list_folder(folder: str | Path, year: int, years: Iterable[int] = ()) -> list[Paper]:
    """List the papers of a year in a folder; `pdf_url` is the path of the file.

    The folder holds PDFs as `<year>/<paper_id>.pdf`, or anywhere with a `manifest.csv` (paper_id,
    title, year, file). No PDF of `year` may also be in another one of `years`, all that are read.

    Raises
    ------
    DatafootprintError
        If the folder is missing or has no paper of the year, a file is missing or has a name that
        no table can hold, or one paper would count twice.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DatafootprintError(f"config: papers.folder: {folder}: there is no such folder.")
    files = _files(folder)
    found = files[files["year"] == year]
    if found.empty:
        raise DatafootprintError(
            f"{folder}: no papers of {year}; papers.years has that year, so put PDFs there as "
            f"{year}/<paper_id>.pdf, list them in {MANIFEST}, or take the year out."
        )
    missing = [path for path in found["path"] if not path.is_file()]
    if missing:
        raise DatafootprintError(
            f"{folder}: {len(missing)} of {len(found)} files of {year} are missing, first "
            f"{missing[0]}; put them there or take them out."
        )
    _check_ids(found["paper_id"], folder, year)
    _refuse_copies(files.loc[files["year"].isin([*years, year]), "path"])
    unlisted = sorted(set(folder.rglob(_PDFS)) - set(files["path"]))
    if unlisted:
        log.warning(
            "%s: %d PDFs are not read, first %s; put them into <year>/, or name them in a %s.",
            *(folder, len(unlisted), unlisted[0], MANIFEST),
        )
    listed = zip(found["paper_id"], found["title"], found["path"], strict=True)
    return [
        Paper(paper_id=paper_id, title=title, year=year, pdf_url=str(path), source="folder")
        for paper_id, title, path in listed
    ]


def read_manifest(folder: str | Path) -> pd.DataFrame | None:
    """Return the manifest of a folder, a table `FolderManifest`; None if it has none."""
    manifest = Path(folder, MANIFEST)
    return read_table(manifest, FolderManifest) if os.path.lexists(manifest) else None


def find_in_folder(folder: str | Path, papers: Iterable[Paper]) -> dict[str, Path]:
    """Map the ids of those papers whose PDF is in the folder to its path."""
    files = _files(Path(folder))
    paths = dict(
        zip(zip(files["paper_id"], files["year"], strict=True), files["path"], strict=True)
    )
    found = {paper.paper_id: paths.get((paper.paper_id, paper.year)) for paper in papers}
    return {paper_id: path for paper_id, path in found.items() if path and path.is_file()}


def folder_state(folder: str | Path | None, year: int) -> str:
    """Digest the papers of a year with sizes and times of their files, to see when they change."""
    digest = hashlib.sha256()
    if folder is not None:
        files = _files(Path(folder))
        for row in files[files["year"] == year].to_dict("records"):
            line = f"{row['paper_id']} {row['title']} {_size_and_time(row['path'])}\n"
            digest.update(os.fsencode(row["path"]) + line.encode(errors="surrogateescape"))
    return digest.hexdigest()


def _files(folder: Path) -> pd.DataFrame:
    """Return paper_id, title, year and path of the papers that the manifest or the names give."""
    manifest = read_manifest(folder)
    if manifest is not None:
        # A path that begins at the root stays as it is.
        listed = manifest["file"].map(lambda file: Path(os.path.normpath(folder / file)))
        return manifest.assign(path=listed)
    paths = sorted(folder.glob(f"[0-9][0-9][0-9][0-9]/{_PDFS}"))
    return pd.DataFrame(
        {
            "paper_id": pd.Series([path.stem for path in paths], dtype=object),
            "title": "",
            "year": [int(path.parent.name) for path in paths],
            "path": paths,
        }
    ).sort_values(["year", "paper_id"], ignore_index=True)


def _check_ids(paper_ids: pd.Series, folder: Path, year: int) -> None:
    for paper_id in paper_ids[paper_ids.duplicated()]:
        raise DatafootprintError(
            f"{folder / str(year)}: there are several files of {paper_id}; keep one."
        )
    for paper_id in paper_ids[paper_ids.str.contains(_UNSTORABLE)]:
        raise DatafootprintError(
            f"{folder / str(year)}: the name {paper_id!r} has a space at an end or is not UTF-8; "
            "rename the file."
        )


def _refuse_copies(paths: Iterable[Path]) -> None:
    """Refuse two PDFs with the same content; other files stand for papers without a PDF."""
    by_size: dict[int, list[Path]] = {}
    for path in filter(Path.is_file, paths):
        by_size.setdefault(path.stat().st_size, []).append(path)
    for alike in by_size.values():
        seen: dict[bytes, Path] = {}
        # Files of different sizes need not be read.
        for path in alike if len(alike) > 1 else []:
            content = path.read_bytes()
            digest = hashlib.sha256(content).digest()
            if digest in seen and is_pdf(content):
                raise DatafootprintError(
                    f"{seen[digest]} and {path} have the same content, so one paper would count "
                    "twice; keep one, or put the right PDF in place of the other."
                )
            seen[digest] = path


def _size_and_time(path: Path) -> str:
    try:
        stat = path.stat()
    except OSError:  # a missing file is reported when it is read
        return "missing"
    return f"{stat.st_size} {stat.st_mtime_ns}"
