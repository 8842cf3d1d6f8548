"""The mentions of all papers of a venue and year, found in worker processes."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.papers.extract import UnreadablePdfError, extract_pages, has_no_text
from datafootprint.papers.mentions import compile_patterns, find_mentions
from datafootprint.papers.normalise import PAGE_BREAK
from datafootprint.papers.paper_records import Mentions, Paper
from datafootprint.papers.pdfs import is_whole
from datafootprint.papers.progress import Progress
from datafootprint.papers.texts import find_text, write_text
from datafootprint.papers.workers import Failure, run_tasks
from datafootprint.tables import records_of

log = logging.getLogger(__name__)


def search_papers(
    papers: Iterable[Paper],
    pdfs: pd.DataFrame,
    patterns: Sequence[str],
    cache_dir: str | Path,
    engine: str,
    workers: int,
    seconds: float,
    megabytes: float,
    what: str,
) -> Iterator[Mentions]:
    """Yield the mentions of the dataset in each paper, sorted by paper_id.

    `pdfs` is a table `Pdfs`, `patterns` are regular expressions; `seconds` and `megabytes` limit
    what one paper may take, and `what` names the task for the progress, such as "ICLR 2024".

    Raises
    ------
    DatafootprintError
        If a listed paper has no row in the table of PDFs, or a PDF is no longer the one listed.
    """
    compile_patterns(patterns, "dataset.patterns")
    papers = sorted(papers, key=Paper.key_values)
    files = {row["paper_id"]: row for row in records_of(pdfs)}
    missing = [paper.paper_id for paper in papers if paper.paper_id not in files]
    if missing:
        raise DatafootprintError(
            f"{what}: the table of PDFs has no row for paper {missing[0]}, which is listed; run "
            "again with `--forcerun download_papers`."
        )
    rows = [files[paper.paper_id] for paper in papers]
    tasks = [(row["sha256"], row["file"]) for row in rows if row["status"] == "ok"]
    work = partial(_search_paper, tuple(patterns), str(cache_dir), engine)
    results = run_tasks(work, tasks, workers, seconds, megabytes)
    read = mentioning = in_references_only = 0
    progress = Progress(f"papers of {what}", len(papers))
    for paper, row in zip(papers, rows, strict=True):
        result = next(results) if row["status"] == "ok" else _without_text(row)
        found: dict[str, Any] = result
        if isinstance(result, Failure):
            found = {"status": "failed", "detail": result.reason}
        mentions = Mentions(
            paper_id=paper.paper_id,
            year=paper.year,
            title=paper.title,
            pdf_sha256=row["sha256"],
            **found,
        )
        read += mentions.status == "read"
        mentioning += bool(mentions.mentions)
        in_references_only += mentions.in_references_only
        progress.step()
        yield mentions
    log.info(
        "%s: %d of %d papers read; %d mention the dataset, %d of these in the references only.",
        *(what, read, len(papers), mentioning, in_references_only),
    )
    if read < len(papers):
        log.warning(
            "%s: %d papers could not be searched; see the keys status and detail.",
            *(what, len(papers) - read),
        )


def _without_text(pdf: Mapping[str, Any]) -> dict[str, Any]:
    if pdf["file"] is None:
        return {"status": "no_pdf", "detail": f"{pdf['status']}: {pdf['detail']}"}
    return {"status": "failed", "detail": pdf["detail"]}


def _search_paper(
    patterns: tuple[str, ...], cache_dir: str, engine: str, task: tuple[str, str]
) -> dict[str, Any]:
    """Search one paper; runs in a worker."""
    sha256, file = task
    kept = find_text(cache_dir, sha256)
    if kept is not None and kept[0]["engine"] == engine:
        text = kept[1]
    else:
        if not is_whole(file, sha256):
            raise DatafootprintError(
                f"{file}: the content has changed since it was listed (another SHA-256); run again "
                "with `--forcerun download_papers`, which takes it again."
            )
        try:
            pages, extractor, version = extract_pages(file, engine)
        except UnreadablePdfError as error:
            return {"status": "failed", "detail": str(error)}
        text = write_text(cache_dir, sha256, pages, engine, extractor, version)
    found = find_mentions(text, compile_patterns(patterns, "dataset.patterns"))
    if not found.passages and has_no_text(text.split(PAGE_BREAK)):
        return {"status": "no_text", "detail": "hardly any text; the pages may be scanned"}
    return {
        "status": "read",
        "mentions": found.mentions,
        "in_references_only": found.in_references_only,
        "passages": found.passages,
    }
