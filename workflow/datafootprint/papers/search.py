"""The mentions of all papers of a venue and year, found in worker processes."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row
from datafootprint.papers.extract import UnreadablePdfError, extract_pages, has_no_text
from datafootprint.papers.mentions import compile_patterns, find_mentions
from datafootprint.papers.normalise import PAGE_BREAK
from datafootprint.papers.pdfs import is_whole
from datafootprint.papers.progress import Progress
from datafootprint.papers.texts import find_text, write_text
from datafootprint.papers.workers import Failure, run_tasks

log = logging.getLogger(__name__)


def in_shard(papers: Iterable[Row], shard: int, shards: int) -> list[Row]:
    """Return the papers of one of `shards` parts, which depends on nothing but their ids."""
    return [
        paper
        for paper in papers
        if int(hashlib.sha1(paper["paper_id"].encode()).hexdigest(), 16) % shards == shard
    ]


def search_papers(
    papers: Iterable[Row],
    pdfs: Iterable[Row],
    patterns: Sequence[str],
    cache_dir: str | Path,
    engine: str,
    workers: int,
    seconds: float,
    megabytes: float,
    what: str,
) -> Iterator[Row]:
    """Find the mentions of the dataset in each paper.

    Parameters
    ----------
    papers, pdfs : iterable of dict
        Rows of the tables of these names.
    patterns : sequence of str
        Regular expressions, `dataset.patterns`.
    cache_dir : str or Path
        Where texts are kept.
    engine : str
        Extractor of the text.
    workers : int
        Number of processes.
    seconds, megabytes : float
        Time and memory that one paper may take.
    what : str
        What is searched, for the progress: "ICLR 2024".

    Yields
    ------
    dict
        Rows of the table `mentions` in its order, one for each paper; one whose text cannot be had
        says why.

    Raises
    ------
    DatafootprintError
        If a listed paper has no row in the table of PDFs, or a PDF is no longer the one listed.
    """
    compile_patterns(patterns, "dataset.patterns")
    papers = sorted(papers, key=lambda paper: str(paper["paper_id"]))
    files = {row["paper_id"]: row for row in pdfs}
    tally = _Tally(len(papers))
    early: dict[str, Row] = {}
    tasks = []
    for paper in papers:
        pdf = files.get(paper["paper_id"])
        if pdf is None:
            raise DatafootprintError(
                f"{what}: the table of PDFs has no row for paper {paper['paper_id']}, which is "
                "listed; run again with `--forcerun download_papers`."
            )
        if pdf["file"] is None:
            detail = f"{pdf['status']}: {pdf['detail']}"
            early[paper["paper_id"]] = _row(paper, None, {"status": "no_pdf", "detail": detail})
        elif pdf["status"] != "ok":
            failed = {"status": "failed", "detail": pdf["detail"]}
            early[paper["paper_id"]] = _row(paper, pdf["sha256"], failed)
        else:
            tasks.append((paper, pdf["sha256"], pdf["file"]))
    work = partial(_search_paper, tuple(patterns), str(cache_dir), engine)
    results = run_tasks(work, tasks, workers, seconds, megabytes)
    with Progress(f"papers of {what}", len(papers), done=len(early)) as progress:
        # A worker may overtake another: rows wait for those before them.
        for paper in papers:
            while paper["paper_id"] not in early:
                (done, sha256, _), result = next(results)
                if isinstance(result, Failure):
                    result = {"status": "failed", "detail": result.reason}
                early[done["paper_id"]] = _row(done, sha256, result)
                progress.step()
            row = early.pop(paper["paper_id"])
            tally.count(row)
            yield row
    tally.say(what)


def _search_paper(
    patterns: tuple[str, ...], cache_dir: str, engine: str, task: tuple[Row, str, str]
) -> dict[str, Any]:
    """Search one paper; runs in a worker."""
    _, sha256, file = task
    kept = find_text(cache_dir, sha256)
    if kept is not None and kept[0]["engine"] == engine:
        text = kept[1]
    else:
        if not is_whole(file, sha256):
            raise DatafootprintError(
                f"{file}: the content has changed since it was listed (another SHA-256); run again "
                "with `--forcerun download_papers`, which takes it anew."
            )
        try:
            pages, extractor, version = extract_pages(file, engine)
        except UnreadablePdfError as error:
            return {"status": "failed", "detail": str(error)}
        text = write_text(cache_dir, sha256, pages, engine, extractor, version)
    found = find_mentions(text, compile_patterns(patterns, "dataset.patterns"))
    if found.mentions == 0 and has_no_text(text.split(PAGE_BREAK)):
        detail = "hardly any text; the pages may be scanned"
        return {"status": "no_text", "detail": detail}
    return {
        "status": "read",
        "detail": "",
        "mentions": found.mentions,
        "in_references_only": found.in_references_only,
        "passages": found.passages,
    }


def _row(paper: Row, sha256: str | None, found: Mapping[str, Any]) -> Row:
    return {
        "paper_id": paper["paper_id"],
        "year": paper["year"],
        "title": paper["title"],
        "pdf_sha256": sha256,
        "mentions": None,
        "in_references_only": False,
        "passages": [],
        **found,
    }


@dataclass(slots=True)
class _Tally:
    """What is said at the end."""

    listed: int
    read: int = 0
    mentioning: int = 0
    in_references_only: int = 0

    def count(self, row: Row) -> None:
        self.read += row["status"] == "read"
        self.mentioning += bool(row["mentions"])
        self.in_references_only += row["in_references_only"]

    def say(self, what: str) -> None:
        log.info(
            "%s: %d of %d papers read; %d mention the dataset, %d of these in the references only.",
            *(what, self.read, self.listed, self.mentioning, self.in_references_only),
        )
        if self.read < self.listed:
            log.warning(
                "%s: %d papers could not be searched; see the keys status and detail.",
                *(what, self.listed - self.read),
            )
