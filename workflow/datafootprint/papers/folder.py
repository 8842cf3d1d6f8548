"""A folder of PDFs as a source: by their names, or by a manifest."""

import hashlib
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
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


def list_folder(folder: str | Path, year: int, years: Iterable[int] = ()) -> list[Paper]:
    """List the papers of a year in a folder; `pdf_url` is the path of the file.

    The folder holds PDFs as `<year>/<paper_id>.pdf`, or anywhere with a `manifest.csv` (paper_id,
    title, year, file). No PDF of `year` may also be in another one of `years`, all that are read.

    Raises
    ------
    DatafootprintError
        If the folder is missing or has no paper of the year, a file is missing, or one paper would
        count twice.
    """
    folder, files = Path(folder), files_with(folder, [year])
    found = files[files["year"] == year]
    missing = [path for path in found["path"] if not path.is_file()]
    if missing:
        raise DatafootprintError(
            f"{folder}: {len(missing)} of {len(found)} files of {year} are missing, first "
            f"{missing[0]}; put them there or take them out."
        )
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


def files_with(folder: str | Path, years: Iterable[int]) -> pd.DataFrame:
    """Return paper_id, title, year and path of all files; there must be some of each of `years`."""
    if not Path(folder).is_dir():
        raise DatafootprintError(f"config: papers.folder: {folder}: there is no such folder.")
    files = _files(Path(folder))
    for year in sorted(set(years) - set(files["year"])):
        raise DatafootprintError(
            f"{folder}: no papers of {year}; papers.years has that year, so put PDFs there as "
            f"{year}/<paper_id>.pdf, list them in {MANIFEST}, or take the year out."
        )
    return files


def read_manifest(folder: str | Path) -> pd.DataFrame | None:
    """Return the manifest of a folder, a table `FolderManifest`; None if it has none."""
    manifest = Path(folder, MANIFEST)
    return read_table(manifest, FolderManifest) if os.path.lexists(manifest) else None


def find_in_folder(folder: str | Path, papers: Iterable[Paper]) -> dict[str, str]:
    """Map the ids of those papers whose PDF is in the folder to its path."""
    wanted = {(paper.paper_id, paper.year) for paper in papers}
    files = _files(Path(folder))[["paper_id", "year", "path"]].itertuples(index=False)
    return {
        paper_id: str(path)
        for paper_id, year, path in files
        if (paper_id, year) in wanted and path.is_file()
    }


def folder_state(folder: str | Path | None, year: int) -> str:
    """Digest the papers of a year with sizes and times of their files, to see when they change."""
    digest = hashlib.sha256()
    if folder is not None:
        files = _files(Path(folder))
        for row in files[files["year"] == year].to_dict("records"):
            state = "missing"
            with suppress(OSError):  # a missing file is reported when it is read
                stat = row["path"].stat()
                state = f"{stat.st_size} {stat.st_mtime_ns}"
            line = f"{row['path']} {row['paper_id']} {row['title']} {state}\n"
            digest.update(line.encode(errors="surrogateescape"))
    return digest.hexdigest()


def _files(folder: Path) -> pd.DataFrame:
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


def _refuse_copies(paths: pd.Series) -> None:
    """Refuse two PDFs with the same content; other files stand for papers without a PDF."""
    paths = paths[paths.map(Path.is_file).astype(bool)]
    # Files of different sizes need not be read.
    paths = paths[paths.map(lambda path: path.stat().st_size).duplicated(keep=False)]
    contents = (path.read_bytes() for path in paths)
    digests = [is_pdf(content) and hashlib.sha256(content).digest() for content in contents]
    for digest, twins in paths.groupby(digests, sort=False):
        if digest and len(twins) > 1:
            raise DatafootprintError(
                f"{twins.iloc[0]} and {twins.iloc[1]} have the same content, so one paper would "
                "count twice; keep one, or put the right PDF in place of the other."
            )
