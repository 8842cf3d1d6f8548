"""PDFs with no page, with very many, and without end: each costs its own row and nothing else."""

import csv
import re
import shutil
from pathlib import Path

import pypdf
import pytest
import yaml
from tests.faults.runs import run

from datafootprint.papers.paper_records import Mentions
from datafootprint.records import read_records

pytestmark = pytest.mark.faults


def write(path: Path, pages: int, text: bytes = b"", password: str = "") -> None:
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
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)


@pytest.fixture(scope="module")
def odd(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after a run over papers of which one alone can be read."""
    folder = Path(shutil.copytree(checkout, tmp_path_factory.mktemp("odd") / "project"))
    year = folder / "papers" / "2024"
    year.mkdir(parents=True)
    shutil.copy(folder / "data" / "demo" / "papers" / "2024" / "demo2401.pdf", year / "good.pdf")
    write(year / "none.pdf", 0)
    write(year / "many.pdf", 10_000)
    write(year / "bomb.pdf", 1, b"(x) Tj " * 50_000_000)
    write(year / "locked.pdf", 1, password="secret")
    (year / "empty.pdf").touch()
    (year / "cut.pdf").write_bytes((year / "good.pdf").read_bytes()[:-200])
    (year / "page.pdf").write_text("<html>Please log in</html>")
    limits = {"seconds_per_pdf": 120, "megabytes_per_pdf": 1000}
    papers = {"venue": "demo", "source": "folder", "folder": "papers", "years": [2024]} | limits
    (folder / "mine.yaml").write_text(yaml.safe_dump({"papers": papers}))
    done = run(folder, "usage", "--configfile", "mine.yaml")
    assert done.code == 0, done.output
    return folder


@pytest.mark.parametrize(
    ("paper", "status"),
    [
        pytest.param(paper, status, marks=pytest.mark.fault(fault, "papers", said))
        for paper, status, fault, said in [
            ("none", "no_text", "a PDF of 0 pages", "hardly any text; the pages may be scanned"),
            (
                "many",
                "no_text",
                "a PDF of 10,000 pages",
                "hardly any text; the pages may be scanned",
            ),
            ("bomb", "no_text", "a PDF bomb", "hardly any text; the pages may be scanned"),
            ("locked", "failed", "a PDF with a password", "needs a password"),
            ("empty", "no_pdf", "an empty PDF", "not_pdf: the file is empty"),
            ("cut", "no_pdf", "a PDF that was cut", "truncated: the end of the file is missing"),
            ("page", "no_pdf", "a web page in place of a PDF", "not_pdf: a web page"),
        ]
    ],
)
def test_an_odd_pdf_has_a_row_that_says_why(
    paper: str, status: str, sentence: re.Pattern[str], odd: Path
) -> None:
    rows = read_records(odd / "results" / "mentions" / "demo-2024.jsonl", Mentions)
    (row,) = [row for row in rows if row.paper_id == paper]
    assert (row.status, row.mentions) == (status, None)
    assert sentence.fullmatch(row.detail), row.detail


@pytest.mark.fault("odd PDFs beside a good one", "usage", "the good one counts, the others unread")
def test_odd_pdfs_cost_no_other_paper(odd: Path) -> None:
    with (odd / "results" / "usage_counts.csv").open(newline="") as stream:
        (row,) = [row for row in csv.DictReader(stream) if row["year"] == "2024"]
    assert (row["accepted"], row["mentioning"], row["unread"]) == ("8", "1", "7")
