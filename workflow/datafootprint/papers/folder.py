"""A folder of PDFs as a source: by their names, or by a manifest."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from datafootprint.errors import DatafootprintError
from datafootprint.tables import Row, read_rows

MANIFEST = "manifest.csv"


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
    found: list[tuple[str, str, Path]] = []
    if manifest.is_file():
        for row in read_rows(manifest, "folder_manifest"):
            if row["year"] == year:
                found.append((row["paper_id"], row["title"] or "", folder / row["file"]))
        missing = [path for _, _, path in found if not path.is_file()]
        if missing:
            raise DatafootprintError(
                f"{manifest}: {len(missing)} of {len(found)} files of {year} are missing, first "
                f"{missing[0]}; put them there or take their lines out."
            )
    else:
        names = sorted(folder.joinpath(str(year)).glob("*.[pP][dD][fF]"))
        found = [(path.stem, "", path) for path in names if path.is_file()]
    if not found:
        where = manifest if manifest.is_file() else folder / str(year)
        raise DatafootprintError(
            f"{where}: no papers of {year}; papers.years has that year, so put PDFs there as "
            f"{folder / str(year)}/<paper_id>.pdf or take the year out."
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


def find_in_folder(folder: str | Path, papers: Iterable[Row]) -> dict[str, Path]:
    """Map the ids of those papers whose PDF lies in the folder to its path."""
    folder = Path(folder)
    manifest = folder / MANIFEST
    listed: dict[str, Path] = {}
    if manifest.is_file():
        rows = read_rows(manifest, "folder_manifest")
        listed = {row["paper_id"]: folder / row["file"] for row in rows}
    found = {}
    for paper in papers:
        paper_id = paper["paper_id"]
        named = folder / str(paper["year"]) / f"{paper_id}.pdf"
        path = listed.get(paper_id, named)
        if path.is_file():
            found[paper_id] = path
    return found


def folder_state(folder: str | Path | None, year: int) -> str:
    """Digest the names, sizes and times of the files of a year, to see when they change."""
    digest = hashlib.sha256()
    if folder is not None:
        manifest = Path(folder) / MANIFEST
        top = Path(folder) if manifest.is_file() else Path(folder) / str(year)
        for place, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                stat = Path(place, name).stat()
                digest.update(f"{place}/{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
