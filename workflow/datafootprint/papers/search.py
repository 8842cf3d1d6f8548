"""The mentions of all papers of a venue and year, found in worker processes."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.papers.mentions import search_pdf
from datafootprint.papers.paper_records import Mentions, Paper
from datafootprint.papers.papers_params import Settings
from datafootprint.papers.shards import with_progress
from datafootprint.papers.workers import Failure, run_tasks
from datafootprint.tables import records_of

log = logging.getLogger(__name__)


def search_papers(
    papers: Iterable[Paper],
    pdfs: pd.DataFrame,
    patterns: Sequence[str],
    settings: Settings,
    workers: int,
    what: str,
) -> Iterator[Mentions]:
    """Yield the mentions of the dataset in each paper, sorted by paper_id.

    `pdfs` is a table `Pdfs`, `patterns` are regular expressions, `settings` is of the section
    `papers`, and `what` names the task for the progress, such as "ICLR 2024".

    Raises
    ------
    DatafootprintError
        If a listed paper has no row in the table of PDFs, or a PDF is no longer the one listed.
    """
    papers = sorted(papers, key=Paper.key_values)
    files = {row["paper_id"]: row for row in records_of(pdfs)}
    if lost := [paper.paper_id for paper in papers if paper.paper_id not in files]:
        raise DatafootprintError(
            f"{what}: the table of PDFs has no row for paper {lost[0]}, which is listed; run again "
            "with `--forcerun download_papers`."
        )
    rows = [files[paper.paper_id] for paper in papers]
    tasks = [(row["sha256"], row["file"]) for row in rows if row["status"] == "ok"]
    work = partial(search_pdf, tuple(patterns), settings["cache_dir"], settings["pdf_engine"])
    limits = settings["seconds_per_pdf"], settings["megabytes_per_pdf"]
    results = run_tasks(work, tasks, workers, *limits)
    counts = Counter[str]()
    both = zip(papers, rows, strict=True)
    for paper, row in with_progress(both, f"papers of {what}", len(papers)):
        found: Any = {"status": "no_pdf", "detail": f"{row['status']}: {row['detail']}"}
        if row["status"] == "ok":
            found = next(results)
        if isinstance(found, Failure):
            found = {"status": "failed", "detail": found.reason}
        mentions = Mentions(
            paper_id=paper.paper_id,
            year=paper.year,
            title=paper.title,
            pdf_sha256=row["sha256"],
            **found,
        )
        counts[mentions.status] += 1
        counts["mentioning"] += bool(mentions.mentions)
        counts["in references only"] += mentions.in_references_only
        yield mentions
    log.info(
        "%s: %d of %d papers read; %d mention the dataset, %d of these in the references only. The "
        "keys status and detail say why papers were not read.",
        *(what, counts["read"], len(papers), counts["mentioning"], counts["in references only"]),
    )
