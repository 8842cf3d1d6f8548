"""PDFs with no page, with very many, and without end: each costs its own row at most."""

from pathlib import Path

import pypdf
import pytest

from datafootprint.papers.download import Limits, download_papers
from datafootprint.papers.folder import list_folder
from datafootprint.papers.pace import Patience
from datafootprint.papers.search import search_papers
from datafootprint.papers.sources import FolderSource


def write(path: Path, pages: int, text: bytes = b"") -> None:
    """Write a PDF whose pages all show the same content stream."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    stream = pypdf.generic.StreamObject()
    stream.set_data(text)
    if pages:
        packed = writer._add_object(stream.flate_encode())
        for page in writer.pages:
            page[pypdf.generic.NameObject("/Contents")] = packed
    path.parent.mkdir(parents=True, exist_ok=True)
    writer.write(path)


@pytest.mark.parametrize("name", ["none", "many", "bomb"])
def test_unusual_pdfs_have_a_row_each(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    if name == "none":
        write(folder / "2024" / "odd.pdf", 0)
    elif name == "many":
        write(folder / "2024" / "odd.pdf", 10_000)
    else:
        write(folder / "2024" / "odd.pdf", 1, b"(x) Tj " * 50_000_000)
    papers = list_folder(folder, 2024)
    limits = Limits(10**8, 20, 1000, 1)
    source = FolderSource(folder, papers)
    rows = download_papers(papers, [source], tmp_path / "cache", limits, Patience(), "V 2024")
    (row,) = search_papers(papers, rows, [r"ImageNet"], tmp_path / "cache", "pypdfium2", 1, 5.0,
                           1000.0, "V 2024")  # fmt: skip
    assert rows[0]["pages"] == {"none": 0, "many": 10_000, "bomb": 1}[name] or rows[0]["detail"]
    assert row["status"] in ("no_text", "failed") and row["detail"]
    assert row["mentions"] is None
