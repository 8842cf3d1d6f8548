"""From a list of papers to their PDFs, each fetched once."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.files import locked
from datafootprint.papers.folder import find_in_folder
from datafootprint.papers.openreview_client import limits
from datafootprint.papers.openreview_pdfs import OpenReviewPdfs
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_params import Settings, find_venue_year
from datafootprint.papers.papers_tables import Pdfs
from datafootprint.papers.pdfs import Outcome, judge, keep, pdf_path, recall
from datafootprint.papers.shards import with_progress
from datafootprint.tables import table_of
from datafootprint.waiting import OutOfTimeError

log = logging.getLogger(__name__)


def get_pdfs(papers: Sequence[Paper], settings: Settings, venue: str, year: int) -> pd.DataFrame:
    """Get the PDF of each paper, of the folder or else of OpenReview; return a table `Pdfs`.

    What is in the cache is not asked for again, nor what no other attempt would find.

    Raises
    ------
    DatafootprintError
        If the budget of time is spent; what was fetched is kept.
    """
    what = f"{venue} {year}"
    if settings["shards"] > 1:
        what += f" shard {settings['shard']} of {settings['shards']}"
    max_megabytes = settings["download"]["max_megabytes"]
    patience = limits(settings, max_megabytes)["patience"]
    nowhere = Outcome("no_link", "no source knows an address")
    rows = {paper.paper_id: _row(nowhere, "", None) for paper in papers}
    if settings["folder"] is not None:
        for paper_id, path in find_in_folder(settings["folder"], papers).items():
            rows[paper_id] = _row(_read(path, int(max_megabytes * 1e6)), "folder", path)
    wanted = [paper for paper in papers if paper.pdf_url and not rows[paper.paper_id]["file"]]
    if settings["source"] == "openreview":
        api = find_venue_year(settings["venues"], venue, year)["api"]
        outcomes = _outcomes(wanted, settings, api)
        with locked(Path(settings["cache_dir"], "locks", f"{what.replace(' ', '-')}.lock"), what):
            try:
                for paper, outcome in with_progress(outcomes, f"PDFs of {what}", len(wanted)):
                    path = str(pdf_path(settings["cache_dir"], str(outcome.sha256)))
                    rows[paper.paper_id] = _row(outcome, "openreview", path)
                    patience.check()
            except OutOfTimeError:
                done = sum(row["status"] == "ok" for row in rows.values())
                raise DatafootprintError(
                    "Stopped because the budget of time is spent (papers.download.budget_hours): "
                    f"{done} of {len(papers)} PDFs of {what} done. What was fetched is kept; run "
                    "the same command again to go on."
                ) from None
    pdfs = table_of([{"paper_id": paper_id, **row} for paper_id, row in rows.items()], Pdfs)
    _log_missing_and_alike(pdfs, what)
    return pdfs


def _row(outcome: Outcome, source: str, path: str | None) -> dict[str, Any]:
    """Return what the table says of a PDF; without one, neither source nor path."""
    place = {"source": source, "file": path} if outcome.sha256 else {"source": "", "file": None}
    return asdict(outcome) | place


def _read(path: str, max_bytes: int) -> Outcome:
    try:
        return judge(Path(path).read_bytes(), max_bytes)
    except OSError as error:
        return Outcome("unreachable", f"{path}: {error.strerror}")


def _outcomes(
    papers: Sequence[Paper], settings: Settings, api: str
) -> Iterator[tuple[Paper, Outcome]]:
    cache_dir, max_bytes = settings["cache_dir"], int(settings["download"]["max_megabytes"] * 1e6)
    # A link changes with each revision of the PDF.
    places = {p.paper_id: f"openreview\n{p.paper_id} {p.pdf_url}" for p in papers}
    unknown: list[Paper] = []
    for paper in papers:
        known = recall(cache_dir, places[paper.paper_id])
        if known is None:
            unknown.append(paper)
        else:
            yield paper, known
    for paper, answer in OpenReviewPdfs(settings, api).fetch(unknown):
        yield paper, keep(cache_dir, places[paper.paper_id], answer, max_bytes)


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
