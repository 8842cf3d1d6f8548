"""From PDFs to rows of mentions, with readers that fail."""

import hashlib
import io
import runpy
import zlib
from pathlib import Path
from typing import Any

import pypdf
import pytest
from tests.conftest import ROOT

from datafootprint.config import default_config
from datafootprint.errors import DatafootprintError
from datafootprint.papers.extract import UnreadablePdfError, extract_pages
from datafootprint.papers.paper_records import Mentions, Paper
from datafootprint.papers.papers_tables import Pdfs
from datafootprint.papers.search import search_papers
from datafootprint.tables import table_of

DEMO = ROOT / "data" / "demo"
PATTERNS = default_config(ROOT)["dataset"]["patterns"]
make_pdf = runpy.run_path(str(DEMO / "make_papers.py"))["pdf"]
LINES = [f"Line {i} of a paper that says nothing of data." for i in range(20)]


def listed(paper_id: str) -> Paper:
    return Paper(paper_id=paper_id, title=paper_id.title(), year=2024, source="folder")


def paper(paper_id: str, path: Path | None, status: str = "ok") -> tuple[Paper, dict[str, Any]]:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if path else None
    file = str(path) if path else None
    pdf = {"paper_id": paper_id, "status": status, "sha256": sha256, "file": file, "detail": "why"}
    return listed(paper_id), pdf


def search(
    papers: list[tuple[Paper, dict[str, Any]]], cache: Path, **options: Any
) -> dict[str, Mentions]:
    settings = {"pdf_engine": "pypdfium2", "seconds_per_pdf": 20, "megabytes_per_pdf": 1000}
    found = search_papers(
        [paper for paper, _ in papers],
        table_of([pdf for _, pdf in papers], Pdfs),
        PATTERNS,
        settings | {"cache_dir": str(cache)} | options,
        workers=2,
        what="test",
    )
    return {mentions.paper_id: mentions for mentions in found}


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf(LINES)))
    writer.encrypt("password", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def bomb() -> bytes:
    """Return a PDF of a few kilobytes whose page holds 400 MB of operators."""
    first = zlib.compressobj(9)
    chunk = b"0 0 m 1 1 l S\n" * 70_000
    inner = b"".join(first.compress(chunk) for _ in range(400)) + first.flush()
    stream = zlib.compress(inner, 9)
    whole = make_pdf(LINES)
    start = whole.index(b"5 0 obj")
    head = f"5 0 obj\n<< /Length {len(stream)} /Filter [/FlateDecode /FlateDecode] >>\nstream\n"
    end = b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R /Size 6 >>\n%%EOF\n"
    return bytes(whole[:start]) + head.encode() + stream + end


def test_each_outcome(tmp_path: Path) -> None:
    named = [*LINES, "We train on Ima-", "geNet from scratch."]
    papers = [
        paper("named", write(tmp_path / "a.pdf", make_pdf(named))),
        paper("silent", write(tmp_path / "b.pdf", make_pdf(LINES))),
        paper("scanned", write(tmp_path / "c.pdf", make_pdf(["1"]))),
        paper("locked", write(tmp_path / "d.pdf", encrypted())),
        paper("broken", write(tmp_path / "e.pdf", b"%PDF-1.4\n%%EOF")),
        paper("missing", None, "not_found"),
    ]
    rows = search(papers, tmp_path / "cache")
    assert {key: (row.status, row.mentions) for key, row in rows.items()} == {
        "named": ("read", 1),
        "silent": ("read", 0),
        "scanned": ("no_text", None),
        "locked": ("failed", None),
        "broken": ("failed", None),
        "missing": ("no_pdf", None),
    }
    assert rows["locked"].detail == "needs a password"
    assert rows["missing"].detail == "not_found: why"
    assert "Ima-\ngeNet" not in rows["named"].passages[0].text
    assert "We train on ImageNet from scratch." in rows["named"].passages[0].text


def test_a_bomb_costs_its_worker_only(tmp_path: Path) -> None:
    papers = [paper("bomb", write(tmp_path / "bomb.pdf", bomb()))]
    papers += [
        paper(f"p{i}", write(tmp_path / f"{i}.pdf", make_pdf([str(i), *LINES]))) for i in range(5)
    ]
    rows = search(papers, tmp_path / "cache", seconds_per_pdf=5, megabytes_per_pdf=250)
    assert rows.pop("bomb").status in ("failed", "no_text")
    assert {row.status for row in rows.values()} == {"read"}


def test_a_text_is_read_from_the_cache(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", make_pdf(LINES))
    papers = [paper("a", path)]
    first = search(papers, tmp_path / "cache")
    path.write_bytes(b"")
    assert search(papers, tmp_path / "cache") == first
    # Another engine reads the PDF again, which is no longer the one that was listed.
    with pytest.raises(DatafootprintError, match="the content has changed since it was"):
        search(papers, tmp_path / "cache", pdf_engine="pypdf")


@pytest.mark.parametrize("engine", ["pypdfium2", "pdfplumber", "pypdf"])
def test_engines(engine: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", make_pdf([*LINES, *LINES, *LINES]))
    pages, extractor, _ = extract_pages(path, engine)
    assert [page.split() for page in pages] == [
        " ".join((LINES * 3)[:54]).split(),
        " ".join((LINES * 3)[54:]).split(),
    ]
    assert extractor == engine
    with pytest.raises(UnreadablePdfError, match="needs a password"):
        extract_pages(write(tmp_path / "b.pdf", encrypted()), engine)


def test_demonstration_papers_are_up_to_date() -> None:
    made = runpy.run_path(str(DEMO / "make_papers.py"))
    for paper_id, year, title, _, _, experiments, names_it in made["PAPERS"]:
        path = DEMO / "papers" / str(year) / f"{paper_id}.pdf"
        assert path.read_bytes() == made["pdf"](made["body"](title, experiments, names_it))
