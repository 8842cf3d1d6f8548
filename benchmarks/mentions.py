"""How long the search of mentions takes, as ratios within one run, and how much memory.

    python benchmarks/mentions.py FOLDER [--copies 10] [--repeats 3]

FOLDER holds PDFs of real papers. Each is copied under other names with a comment at its end, so
that no copy is recognised as known. The whole search of mentions (two worker processes, empty
cache, text cache and rows written) is compared with a bare loop of pypdfium2 and with pdfplumber
over the same pages; then its peak memory with 10 and with 1,000 files.
"""

import argparse
import hashlib
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "workflow")]

from benchmarks.process import measured  # noqa: E402
from benchmarks.table import print_table, row  # noqa: E402

from datafootprint.config import default_config  # noqa: E402
from datafootprint.papers.extract import ENGINES  # noqa: E402
from datafootprint.papers.paper_records import Paper  # noqa: E402
from datafootprint.papers.papers_tables import Pdfs  # noqa: E402
from datafootprint.papers.search import search_papers  # noqa: E402
from datafootprint.records import write_records  # noqa: E402
from datafootprint.tables import table_of  # noqa: E402

CONFIG = default_config(ROOT)
PATTERNS = CONFIG["dataset"]["patterns"]


def copy_papers(originals: list[Path], folder: Path, number: int) -> list[Path]:
    """Make `number` files of different bytes from the originals."""
    folder.mkdir()
    paths = []
    for i in range(number):
        path = folder / f"paper{i:05d}.pdf"
        path.write_bytes(originals[i % len(originals)].read_bytes() + f"\n%{i}\n".encode())
        paths.append(path)
    return paths


def tables(paths: list[Path]) -> tuple[list[Paper], pd.DataFrame]:
    """Return the papers and the table of PDFs for the files."""
    papers = [Paper(paper_id=path.stem, title="", year=2024, source="folder") for path in paths]
    pdfs = [
        {
            "paper_id": path.stem,
            "status": "ok",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "file": str(path),
            "detail": "",
        }
        for path in paths
    ]
    return papers, table_of(pdfs, Pdfs)


def bare(paths: list[Path]) -> None:
    """Read all pages with pypdfium2, in this process, and do nothing with them."""
    import pypdfium2

    for path in paths:
        document = pypdfium2.PdfDocument(path)
        for number in range(len(document)):
            page = document[number]
            text_page = page.get_textpage()
            text_page.get_text_bounded()
            text_page.close()
            page.close()
        document.close()


def read_with_pdfplumber(paths: list[Path]) -> None:
    """Read all pages with pdfplumber."""
    for path in paths:
        ENGINES["pdfplumber"](path)


def stage(paths: list[Path], rows: Any, folder: Path) -> None:
    """Search all files with two workers and an empty cache, and write the table."""
    papers, pdfs = rows
    settings = CONFIG["papers"] | {"cache_dir": str(folder / "cache")}
    mentions = search_papers(papers, pdfs, PATTERNS, settings, 2, "benchmark")
    write_records(mentions, folder / "mentions.jsonl", in_order=True)


def measure(originals: list[Path], repeats: int, copies: int = 10) -> list[dict[str, Any]]:
    """Return the rows of the table for copies of PDFs."""
    scratch = Path(tempfile.mkdtemp(prefix="mentions-"))
    try:
        paths = copy_papers(originals, scratch / "copies", len(originals) * copies)
        rows = tables(paths)
        bares, stages = [], []
        for repeat in range(repeats):
            bares.append(measured(bare, paths))
            stages.append(measured(stage, paths, rows, scratch / f"run{repeat}"))
        slow = measured(read_with_pdfplumber, originals)
        peaks = []
        for number in (10, 1000):
            many = copy_papers(originals, scratch / f"many{number}", number)
            peaks.append(measured(stage, many, tables(many), scratch / f"memory{number}").peak_mb)
            shutil.rmtree(scratch / f"many{number}")
    finally:
        shutil.rmtree(scratch)
    bare_s, stage_s = (statistics.median(run.wall_s for run in runs) for runs in (bares, stages))
    pairs = list(zip(stages, bares, strict=True))
    few_mb, many_mb = peaks
    return [
        row(
            f"search of mentions, 2 processes / bare pypdfium2 loop, {len(paths)} PDFs",
            [ours.wall_s / theirs.wall_s for ours, theirs in pairs],
            "at most 0.75",
            f"{stage_s:.2f} s, {bare_s:.2f} s",
        ),
        row("the same, processor time", [ours.cpu_s / theirs.cpu_s for ours, theirs in pairs]),
        row(
            "pdfplumber / search of mentions",
            [slow.wall_s * copies / run.wall_s for run in stages],
            "at least 25",
            f"{slow.wall_s:.2f} s times {copies}, {stage_s:.2f} s",
        ),
        row(
            "peak memory of the search, 1,000 / 10 PDFs",
            [many_mb / few_mb],
            "about 1",
            f"{many_mb:.0f} MB, {few_mb:.0f} MB",
        ),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    originals = sorted(options.folder.rglob("*.pdf"))
    if not originals:
        raise SystemExit(f"{options.folder}: there are no PDFs.")
    print_table(measure(originals, options.repeats, options.copies))
