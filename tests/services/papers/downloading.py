"""Papers that a loopback server offers, and getting their PDFs."""

import runpy
from typing import Any

from tests.conftest import ROOT
from tests.services.papers.openreview_server import OpenReview, paper_v2

from datafootprint.papers.download import get_pdfs
from datafootprint.papers.listing import list_papers
from datafootprint.papers.papers_tables import Pdfs
from datafootprint.tables import check_table, records_of

Settings = dict[str, Any]
make_pdf = runpy.run_path(str(ROOT / "data" / "demo" / "make_papers.py"))["pdf"]


def pdf(name: str) -> bytes:
    content: bytes = make_pdf(
        [name, *(f"Line {i} of a paper without contents." for i in range(20))]
    )
    return content


def offer(service: OpenReview, number: int) -> None:
    """Let a server of API v2 hold so many papers with their PDFs."""
    service.notes = [paper_v2(i) for i in range(1, number + 1)]
    service.pdfs = {note["id"]: pdf(note["id"]) for note in service.notes}


def get(settings: Settings, year: int = 2024) -> dict[str, dict[str, Any]]:
    pdfs = get_pdfs(list_papers(settings, "ICLR", year), settings, "ICLR", year)
    return {row["paper_id"]: row for row in records_of(check_table(pdfs, Pdfs, "test"))}


def asked(service: OpenReview, path: str) -> list[dict[str, str]]:
    return [query for place, query in service.requests if place == path]
