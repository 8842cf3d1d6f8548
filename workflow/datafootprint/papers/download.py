"""From a list of papers to their PDFs, each fetched once."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.files import locked
from datafootprint.papers.extract import count_pages
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_tables import Pdfs
from datafootprint.papers.pdfs import (
    FetchError,
    Outcome,
    Place,
    judge,
    keep,
    note,
    pdf_path,
    recall,
)
from datafootprint.papers.progress import Progress
from datafootprint.papers.sources import Source
from datafootprint.papers.workers import run_tasks
from datafootprint.tables import table_of
from datafootprint.waiting import OutOfTimeError, Patience

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost: size, and seconds and 10^6 bytes of memory to open it; processes."""

    max_bytes: int
    seconds: float
    megabytes: float
    workers: int


#: What came of a paper, and where.
Found = tuple[Place, Outcome]
_NOWHERE = (Place("", ""), Outcome("no_link", detail="no source knows an address"))


def download_papers(
    papers: Sequence[Paper],
    sources: Iterable[Source],
    cache_dir: str | Path,
    limits: Limits,
    patience: Patience,
    what: str,
) -> pd.DataFrame:
    """Get the PDF of each paper from the first of `sources` that has it; return a table `Pdfs`.

    What is in the cache is not asked for again, nor what failed in a way that another attempt
    would not change. `what` names the task for the progress, such as "ICLR 2024".

    Raises
    ------
    DatafootprintError
        If the budget of time is spent; what was fetched is kept.
    """
    found: dict[str, Found] = {paper.paper_id: _NOWHERE for paper in papers}
    progress = Progress(f"PDFs of {what}", len(papers))
    with locked(Path(cache_dir, "locks", f"{what.replace(' ', '-')}.lock"), what):
        try:
            for source in sources:
                wanted = [paper for paper in papers if found[paper.paper_id][1].sha256 is None]
                for paper, place, outcome in _outcomes(source, wanted, cache_dir, limits.max_bytes):
                    found[paper.paper_id] = place, outcome
                    if outcome.sha256 is not None:
                        progress.step()
                    patience.check()
        except OutOfTimeError:
            raise DatafootprintError(
                f"Stopped because the budget of time is spent (papers.download.budget_hours): "
                f"{progress}. What was fetched is kept; run the same command again to go on."
            ) from None
    rows = [_row(paper_id, *found[paper_id], cache_dir) for paper_id in found]
    _count_pages([row for row in rows if row["file"]], limits)
    pdfs = table_of(rows, Pdfs)
    _log_missing_and_alike(pdfs, what)
    return pdfs


def _outcomes(
    source: Source, papers: list[Paper], cache_dir: str | Path, max_bytes: int
) -> Iterator[tuple[Paper, Place, Outcome]]:
    """Yield the papers that a source has: those known from the cache, then those asked for."""
    wanted: list[Paper] = []
    for paper in papers:
        place = source.place(paper)
        if place is None:
            continue
        known = None if source.name == "folder" else recall(cache_dir, place, max_bytes)
        if known is None:
            wanted.append(paper)
        else:
            yield paper, place, known
    for paper, answer in source.fetch(wanted):
        place = source.place(paper)
        assert place is not None
        if isinstance(answer, Path):
            yield paper, place, _judge_file(answer, max_bytes)
        elif isinstance(answer, FetchError):
            limit = max_bytes if answer.status == "too_large" else None
            outcome = Outcome(answer.status, detail=str(answer), limit_bytes=limit)
            note(cache_dir, place, outcome)
            yield paper, place, outcome
        else:
            yield paper, place, keep(cache_dir, place, answer, max_bytes)


def _judge_file(path: Path, max_bytes: int) -> Outcome:
    try:
        size = path.stat().st_size
        if size > max_bytes:
            detail = f"{size / 1e6:.1f} MB, allowed are {max_bytes / 1e6:.1f} MB"
            return Outcome("too_large", None, size, detail, max_bytes)
        return judge(path.read_bytes(), max_bytes)
    except OSError as error:
        return Outcome("unreachable", detail=f"{path}: {error.strerror}")


def _row(paper_id: str, place: Place, outcome: Outcome, cache_dir: str | Path) -> dict[str, Any]:
    local = place.source == "folder"
    file = None
    if outcome.sha256 is not None:
        file = place.address if local else str(pdf_path(cache_dir, outcome.sha256))
    return {
        "paper_id": paper_id,
        "status": outcome.status,
        "source": place.source if file else "",
        "sha256": outcome.sha256,
        "bytes": outcome.bytes,
        "pages": None,
        "file": file,
        "detail": outcome.detail,
    }


def _count_pages(rows: list[dict[str, Any]], limits: Limits) -> None:
    """Open each file in a worker; `pages` stays empty where that fails."""
    files = [row["file"] for row in rows]
    results = run_tasks(count_pages, files, limits.workers, limits.seconds, limits.megabytes)
    for row, result in zip(rows, results, strict=True):
        if isinstance(result, int):
            row["pages"] = result
        else:
            row["detail"] = result.reason
            row["status"] = "encrypted" if "password" in row["detail"] else "unreadable"


def _log_missing_and_alike(pdfs: pd.DataFrame, what: str) -> None:
    missing = pdfs["status"][pdfs["status"] != "ok"].value_counts().sort_index()
    log.info("%s: %d of %d PDFs.", what, len(pdfs) - missing.sum(), len(pdfs))
    if len(missing):
        reasons = ", ".join(f"{number} {status}" for status, number in missing.items())
        log.warning("%s: no usable PDF of %s; see the column detail.", what, reasons)
    for _, alike in pdfs.groupby("sha256")["paper_id"]:
        if len(alike) > 1:
            log.warning(
                "%s: the papers %s have the same PDF, so its mentions count for each; see where it "
                "comes from.",
                *(what, ", ".join(alike)),
            )
