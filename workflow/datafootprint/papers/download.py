"""From a list of papers to their PDFs, each fetched once."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.files import locked
from datafootprint.papers.openreview_client import limits
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_params import Settings
from datafootprint.papers.papers_tables import Pdfs
from datafootprint.papers.pdfs import Outcome, keep, pdf_path, recall
from datafootprint.papers.progress import Progress
from datafootprint.papers.sources import Source, sources_of
from datafootprint.tables import table_of
from datafootprint.waiting import OutOfTimeError

log = logging.getLogger(__name__)


def get_pdfs(papers: Sequence[Paper], settings: Settings, venue: str, year: int) -> pd.DataFrame:
    """Get the PDF of each paper from the first source that has it; return a table `Pdfs`.

    What is in the cache is not asked for again, nor what no other attempt would find.

    Raises
    ------
    DatafootprintError
        If the budget of time is spent; what was fetched is kept.
    """
    cache_dir, megabytes = settings["cache_dir"], settings["download"]["max_megabytes"]
    patience = limits(settings, megabytes)["patience"]
    what = f"{venue} {year}"
    if settings["shards"] > 1:
        what += f" shard {settings['shard']} of {settings['shards']}"
    nowhere = asdict(Outcome("no_link", "no source knows an address"))
    found = {paper.paper_id: nowhere | {"source": "", "file": None} for paper in papers}
    progress = Progress(f"PDFs of {what}", len(papers))
    with locked(Path(cache_dir, "locks", f"{what.replace(' ', '-')}.lock"), what):
        try:
            for source in sources_of(papers, settings, venue, year):
                wanted = [paper for paper in papers if found[paper.paper_id]["file"] is None]
                for paper_id, outcome in _outcomes(source, wanted, cache_dir, megabytes):
                    row = asdict(outcome) | {"source": "", "file": None}
                    if outcome.sha256 is not None:
                        kept = pdf_path(cache_dir, outcome.sha256)
                        local = source.name == "folder"
                        row["file"] = source.addresses[paper_id] if local else str(kept)
                        row["source"] = source.name
                        progress.step()
                    found[paper_id] = row
                    patience.check()
        except OutOfTimeError:
            raise DatafootprintError(
                f"Stopped because the budget of time is spent (papers.download.budget_hours): "
                f"{progress}. What was fetched is kept; run the same command again to go on."
            ) from None
    pdfs = table_of([{"paper_id": paper_id, **row} for paper_id, row in found.items()], Pdfs)
    _log_missing_and_alike(pdfs, what)
    return pdfs


def _outcomes(
    source: Source, papers: Iterable[Paper], cache_dir: str | Path, megabytes: float
) -> Iterator[tuple[str, Outcome]]:
    """Yield what comes of the papers that a source has: known from the cache, or asked for."""
    places = {key: f"{source.name}\n{address}" for key, address in source.addresses.items()}
    wanted: list[Paper] = []
    for paper in papers:
        if paper.paper_id in places:
            known = recall(cache_dir, places[paper.paper_id])
            if known is None:
                wanted.append(paper)
            else:
                yield paper.paper_id, known
    for paper, answer in source.fetch(wanted):
        if source.name == "folder" and isinstance(answer, Outcome):
            yield paper.paper_id, answer
        else:
            place = places[paper.paper_id]
            yield paper.paper_id, keep(cache_dir, place, answer, int(megabytes * 1e6))


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
