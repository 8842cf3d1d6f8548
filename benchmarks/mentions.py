"""How long the search of mentions takes, as ratios within one run, and how much memory.

    python benchmarks/mentions.py FOLDER [--copies 10] [--repeats 3]

FOLDER holds PDFs of real papers. Each is copied under other names with a comment at its end, so
that no copy is recognised as known. The whole search of mentions (two worker processes, empty
cache, text cache and rows written) is compared with a bare loop of pypdfium2 and with pdfplumber
over the same pages; then its peak memory with 10 and with 1,000 files, and the listing of 10,000
papers with bare requests of the same pages.
"""

import argparse
import hashlib
import multiprocessing
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "workflow")]

from benchmarks.table import print_table, row  # noqa: E402

from datafootprint.papers.extract import ENGINES  # noqa: E402
from datafootprint.papers.search import search_papers  # noqa: E402
from datafootprint.records import write_sorted_records  # noqa: E402

PATTERNS = yaml.safe_load((ROOT / "config.yaml").read_text())["dataset"]["patterns"]
fork = multiprocessing.get_context("fork")


def copy_papers(originals: list[Path], folder: Path, number: int) -> list[Path]:
    """Make `number` files of different bytes from the originals."""
    folder.mkdir()
    paths = []
    for i in range(number):
        path = folder / f"paper{i:05d}.pdf"
        path.write_bytes(originals[i % len(originals)].read_bytes() + f"\n%{i}\n".encode())
        paths.append(path)
    return paths


def tables(paths: list[Path]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of papers and pdfs for the files."""
    papers = [{"paper_id": path.stem, "title": "", "year": 2024} for path in paths]
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
    return papers, pdfs


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


def stage(paths: list[Path], rows: Any, folder: Path) -> None:
    """Search all files with two workers and an empty cache, and write the table."""
    papers, pdfs = rows
    rows = search_papers(
        papers, pdfs, PATTERNS, folder / "cache", "pypdfium2", 2, 60, 2000, "benchmark"
    )
    write_sorted_records(rows, folder / "mentions.jsonl", "mentions")


def seconds(function: Callable[..., object], *arguments: object) -> tuple[float, float]:
    """Return wall and processor time of a call in a process of its own, without its start."""

    def timed() -> None:
        start = time.perf_counter()
        function(*arguments)
        took = time.perf_counter() - start
        used = [os.times().user, os.times().system]
        used += [os.times().children_user, os.times().children_system]
        theirs.send((took, sum(used)))

    ours, theirs = fork.Pipe()
    process = fork.Process(target=timed)
    process.start()
    times: tuple[float, float] = ours.recv()
    process.join()
    return times


def peak_megabytes(paths: list[Path], rows: Any, folder: Path) -> tuple[float, float]:
    """Return the peak memory of the job and of its largest worker."""

    def measured() -> None:
        stage(paths, rows, folder)
        own, children = (
            resource.getrusage(who).ru_maxrss
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        theirs.send((own / 1e3, children / 1e3))

    ours, theirs = fork.Pipe()
    process = fork.Process(target=measured)
    process.start()
    peaks: tuple[float, float] = ours.recv()
    process.join()
    return peaks


def time_listing(folder: Path) -> tuple[float, float]:
    """Return the seconds of bare requests for the pages of 10,000 papers, and of the listing."""
    import requests
    from tests.services.papers.openreview_server import OpenReview, paper_v2, serve

    from datafootprint.papers.listing import list_accepted
    from datafootprint.papers.openreview_login import log_in
    from datafootprint.papers.pace import Pace, Patience
    from datafootprint.papers.transport import PoliteAdapter
    from datafootprint.papers.venues import load_venues

    def run_server() -> None:
        service = OpenReview(
            "v2", [paper_v2(number, abstract="x " * 700) for number in range(10_000)]
        )
        with serve(service):
            theirs.send(service.url)
            theirs.recv()

    ours, theirs = fork.Pipe()
    server = fork.Process(target=run_server)
    server.start()
    url = ours.recv()
    adapter = PoliteAdapter(Pace(folder, Patience()), [url], False, 10**9, 60)
    query = {"content.venueid": "ICLR.cc/2024/Conference", "limit": "1000", "sort": "id"}
    start = time.perf_counter()
    session, after = requests.Session(), {"count": "true"}
    while notes := session.get(f"{url}/notes", params=query | after).json()["notes"]:
        after = {"after": notes[-1]["id"]}
    bare_s = time.perf_counter() - start
    start = time.perf_counter()
    client = log_in("v2", url, url, adapter)
    assert len(list_accepted(client, load_venues()["ICLR"][2024], "ICLR", 2024, url)) == 10_000
    listing_s = time.perf_counter() - start
    ours.send("end")
    server.join()
    return bare_s, listing_s


def measure(folder: Path, repeats: int, copies: int = 10) -> list[dict[str, Any]]:
    """Return the rows of the table for the PDFs of a folder."""
    originals = sorted(folder.rglob("*.pdf"))
    if not originals:
        raise SystemExit(f"{folder}: there are no PDFs.")
    scratch = Path(tempfile.mkdtemp(prefix="mentions-"))
    try:
        paths = copy_papers(originals, scratch / "copies", len(originals) * copies)
        rows = tables(paths)
        bares, stages = [], []
        for repeat in range(repeats):
            bares.append(seconds(bare, paths))
            stages.append(seconds(stage, paths, rows, scratch / f"run{repeat}"))
        slow_s, _ = seconds(lambda: [ENGINES["pdfplumber"](path) for path in originals])
        peaks = []
        for number in (10, 1000):
            many = copy_papers(originals, scratch / f"many{number}", number)
            peaks.append(peak_megabytes(many, tables(many), scratch / f"memory{number}"))
            shutil.rmtree(scratch / f"many{number}")
        listings = [time_listing(scratch / f"listing{i}") for i in range(repeats)]
    finally:
        shutil.rmtree(scratch)
    bare_s, stage_s = (statistics.median(wall for wall, _ in runs) for runs in (bares, stages))
    (few_job, few_worker), (many_job, many_worker) = peaks
    return [
        row(
            f"search of mentions, 2 processes / bare pypdfium2 loop, {len(paths)} PDFs",
            [ours / theirs for (ours, _), (theirs, _) in zip(stages, bares, strict=True)],
            "at most 0.75",
            f"{stage_s:.2f} s, {bare_s:.2f} s",
        ),
        row(
            "the same, processor time",
            [ours / theirs for (_, ours), (_, theirs) in zip(stages, bares, strict=True)],
        ),
        row(
            "pdfplumber / search of mentions",
            [slow_s * copies / wall for wall, _ in stages],
            "at least 25",
            f"{slow_s:.2f} s times {copies}, {stage_s:.2f} s",
        ),
        row(
            "peak memory of the search, 1,000 / 10 PDFs",
            [many_job / few_job],
            "about 1",
            f"{many_job:.0f} MB, {few_job:.0f} MB; workers {many_worker:.0f}, {few_worker:.0f} MB",
        ),
        row(
            "listing of 10,000 papers / bare requests",
            [ours / theirs for theirs, ours in listings],
            "",
            ", ".join(f"{ours:.2f} s and {theirs:.2f} s" for theirs, ours in listings),
        ),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print_table(measure(options.folder, options.repeats, options.copies))
