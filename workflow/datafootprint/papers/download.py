"""From a list of papers to their PDFs, each fetched once."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.files import locked
from datafootprint.papers.extract import UnreadablePdfError, count_pages
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
from datafootprint.papers.workers import Failure, run_tasks
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


_NOWHERE = Outcome("no_link", detail="no source knows an address")


@dataclass(slots=True)
class _State:
    """Where a paper's PDF is, or why there is none."""

    outcome: Outcome = _NOWHERE
    source: str = ""
    file: Path | None = None
    pages: int | None = None


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
    states = {paper.paper_id: _State() for paper in papers}
    progress = Progress(f"PDFs of {what}", len(papers))
    with locked(Path(cache_dir, "locks", f"{what.replace(' ', '-')}.lock"), what):
        try:
            for source in sources:
                wanted = [paper for paper in papers if states[paper.paper_id].file is None]
                for paper, place, outcome in _outcomes(source, wanted, cache_dir, limits.max_bytes):
                    state = states[paper.paper_id]
                    state.outcome = outcome
                    if outcome.sha256 is not None:
                        local = place.source == "folder"
                        state.source = place.source
                        state.file = (
                            Path(place.address) if local else pdf_path(cache_dir, outcome.sha256)
                        )
                        progress.step()
                    patience.check()
        except OutOfTimeError:
            raise DatafootprintError(
                f"Stopped because the budget of time is spent (papers.download.budget_hours): "
                f"{progress}. What was fetched is kept; run the same command again to go on."
            ) from None
    _count_pages(states, limits)
    pdfs = table_of((_row(paper_id, state) for paper_id, state in states.items()), Pdfs)
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


def _count_pages(states: dict[str, _State], limits: Limits) -> None:
    """Open each file in a worker; `pages` stays empty where that fails."""
    opened = [state for state in states.values() if state.file is not None]
    files = [str(state.file) for state in opened]
    results = run_tasks(_pages, files, limits.workers, limits.seconds, limits.megabytes)
    for state, result in zip(opened, results, strict=True):
        if isinstance(result, int):
            state.pages = result
        else:
            reason = result.reason if isinstance(result, Failure) else str(result)
            status = "encrypted" if "password" in reason else "unreadable"
            state.outcome = replace(state.outcome, status=status, detail=reason)


def _pages(file: str) -> int | str:
    try:
        return count_pages(file)
    except UnreadablePdfError as error:
        return str(error)


def _row(paper_id: str, state: _State) -> dict[str, Any]:
    return {
        "paper_id": paper_id,
        "status": state.outcome.status,
        "source": state.source,
        "sha256": state.outcome.sha256,
        "bytes": state.outcome.bytes,
        "pages": state.pages,
        "file": str(state.file) if state.file else None,
        "detail": state.outcome.detail,
    }


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
