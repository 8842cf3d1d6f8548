"""How time and memory grow with the number of papers: list, mentions, classify and count.

Each stage runs in a process of its own on papers made from the demonstration PDFs (or from those
of a folder), each with other bytes, in years of at most 10,000 papers; no venue has had more. The
listing and the language model are servers on the loopback interface, in processes of their own.
Then Snakemake itself runs the chain on a thousand papers and on the twelve of the demonstration,
whose time is what Snakemake, starting Python and importing take whatever there is to do.
"""

import hashlib
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "workflow")]

from benchmarks.table import row  # noqa: E402

from datafootprint.papers.search import search_papers  # noqa: E402
from datafootprint.records import read_records, write_records, write_sorted_records  # noqa: E402
from datafootprint.usage.classify import classify_usage  # noqa: E402
from datafootprint.usage.footprint import classification_footprint  # noqa: E402
from datafootprint.usage.observed import count_live_years  # noqa: E402

CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text())
DEMO = ROOT / "data" / "demo" / "papers"
FIRST_YEAR, LONGEST_YEAR = 2017, 10_000
STAGES = ("list", "mentions", "classify", "count")
fork = multiprocessing.get_context("fork")
Measured = tuple[float, float]


def measured(function: Callable[..., object], *arguments: object) -> Measured:
    """Run a call in a process of its own; return its seconds and the peak memory in 10^6 bytes.

    The memory is that of the process or of the largest of its workers, whichever is more, with
    what it inherits from this process.
    """

    def call() -> None:
        start = time.perf_counter()
        function(*arguments)
        took = time.perf_counter() - start
        whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        theirs.send((took, max(resource.getrusage(who).ru_maxrss for who in whose) * 1024 / 1e6))

    ours, theirs = fork.Pipe()
    process = fork.Process(target=call)
    process.start()
    theirs.close()
    result: Measured = ours.recv()
    process.join()
    return result


def make_papers(originals: list[Path], folder: Path, number: int) -> dict[int, list[dict]]:
    """Write `number` PDFs of different bytes; return the rows of the table `pdfs` by year."""
    contents = [path.read_bytes() for path in originals]
    years: dict[int, list[dict]] = {}
    for i in range(number):
        year = FIRST_YEAR + i // LONGEST_YEAR
        # The ids that the loopback OpenReview gives.
        paper_id = f"v2_{i % LONGEST_YEAR:05d}"
        path = folder / str(year) / f"{paper_id}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = contents[i % len(contents)] + f"\n%{i}\n".encode()
        path.write_bytes(content)
        row = {"paper_id": paper_id, "status": "ok", "file": str(path), "detail": ""}
        sha256 = hashlib.sha256(content).hexdigest()
        years.setdefault(year, []).append(row | {"sha256": sha256})
    return years


def run_listing_server(pipe: Any, number: int) -> None:
    """Serve the notes of one year until told to end."""
    from tests.services.papers.openreview_server import OpenReview, paper_v2, serve

    notes = [paper_v2(i, abstract="x " * 700) for i in range(number)]
    with serve(OpenReview("v2", notes)) as service:
        pipe.send(service.url)
        pipe.recv()


def run_llm_server(pipe: Any, _: int) -> None:
    """Serve a language model that quotes what it is shown until told to end."""
    from tests.services.llm_server import LlmServer, Reply, answer, passages_of

    def script(body: dict[str, Any], before: int) -> Reply:
        quote = passages_of(body).splitlines()[-1][-60:]
        return Reply(answer("evaluated", [quote]))

    with LlmServer(script) as server:
        pipe.send(server.base_url)
        pipe.recv()


class Server:
    """A server in a process of its own, as a context that gives its address."""

    def __init__(self, target: Callable[[Any, int], None], number: int = 0) -> None:
        self.pipe, theirs = fork.Pipe()
        self.process = fork.Process(target=target, args=(theirs, number))

    def __enter__(self) -> str:
        self.process.start()
        return str(self.pipe.recv())

    def __exit__(self, *_: object) -> None:
        self.pipe.send("end")
        self.process.join()


def list_year(url: str, folder: Path, year: int) -> None:
    """List a year from OpenReview and write the table."""
    from datafootprint.papers.stage import list_papers

    # The server knows one year, which stands for each of them.
    settings = CONFIG["papers"] | {
        "cache_dir": str(folder / f"listing{year}"),
        "openreview": {"baseurl_v1": url, "baseurl_v2": url, "batch": 50},
    }
    rows = [row | {"year": year} for row in list_papers(settings, "ICLR", 2024)]
    write_records(rows, folder / f"papers-{year}.jsonl", "papers")


def search_year(pdfs: list[dict], folder: Path, year: int) -> None:
    """Search a year's papers with two workers and write the table."""
    papers = read_records(folder / f"papers-{year}.jsonl", "papers")
    patterns = CONFIG["dataset"]["patterns"]
    rows = search_papers(papers, pdfs, patterns, folder, "pypdfium2", 2, 60, 2000, str(year))
    write_sorted_records(rows, folder / f"mentions-{year}.jsonl", "mentions")


def classify_year(base_url: str, folder: Path, year: int) -> None:
    """Ask the model about a year's papers and write the table."""
    llm = CONFIG["usage"]["llm"] | {"base_url": base_url, "budget_usd": 1e6}
    llm |= {"requests_per_minute": None, "tokens_per_minute": None}
    usage = {**CONFIG["usage"], "classifier": "llm", "llm": llm}
    mentions = read_records(folder / f"mentions-{year}.jsonl", "mentions")
    records = classify_usage(mentions, CONFIG["dataset"], usage, folder)
    write_records(records, folder / f"usage-{year}.jsonl", "usage")


def count_years(folder: Path, years: list[int]) -> None:
    """Count all years, one after the other, as the workflow does."""
    rates = CONFIG["usage"]["error_rates"]
    records = []
    for year in years:
        rows = [
            read_records(folder / f"{name}-{year}.jsonl", name)
            for name in ("papers", "mentions", "usage")
        ]
        (row,) = count_live_years(*rows, ["ImageNet-1K"], [], rates)
        assert row["accepted"] == len(rows[0])
        records += rows[-1]
    classification_footprint(records)


def measure_stages(originals: list[Path], number: int) -> dict[str, Measured]:
    """Run every stage on `number` papers; return the seconds of all years and the peak memory."""
    scratch = Path(tempfile.mkdtemp(prefix="growth-"))
    try:
        years = make_papers(originals, scratch / "pdf", number)
        with Server(run_listing_server, min(number, LONGEST_YEAR)) as url:
            listed = [measured(list_year, url, scratch, year) for year in years]
        searched = [measured(search_year, pdfs, scratch, year) for year, pdfs in years.items()]
        with Server(run_llm_server) as url:
            labelled = [measured(classify_year, url, scratch, year) for year in years]
        counted = [measured(count_years, scratch, list(years))]
    finally:
        shutil.rmtree(scratch)
    together = zip(STAGES, (listed, searched, labelled, counted), strict=True)
    return {
        stage: (sum(seconds for seconds, _ in runs), max(memory for _, memory in runs))
        for stage, runs in together
    }


def measure_snakemake(originals: list[Path], number: int) -> float:
    """Return the seconds in which `snakemake usage` reads and labels papers by rules."""
    scratch = Path(tempfile.mkdtemp(prefix="growth-"))
    try:
        years = make_papers(originals, scratch / "pdf", number)
        papers = {"source": "folder", "folder": str(scratch / "pdf"), "years": list(years)}
        overlay = {"papers": papers | {"venue": "growth"}}
        (scratch / "mine.yaml").write_text(yaml.safe_dump(overlay))
        command = [sys.executable, "-m", "snakemake", "usage", "--cores", "2"]
        command += ["--snakefile", str(ROOT / "Snakefile"), "--configfile", "mine.yaml"]
        start = time.perf_counter()
        subprocess.run(command, cwd=scratch, check=True, capture_output=True)
        return time.perf_counter() - start
    finally:
        shutil.rmtree(scratch)


def measure(sizes: list[int], folder: Path | None) -> list[dict[str, Any]]:
    """Return the rows of the table for papers made from the PDFs of a folder."""
    originals = sorted((folder or DEMO).rglob("*.pdf"))
    os.environ.setdefault("OPENAI_API_KEY", "loopback")
    runs = {number: measure_stages(originals, number) for number in sizes}
    rows = []
    for smaller, larger in pairwise(sizes):
        for stage in STAGES:
            seconds, memory = runs[smaller][stage]
            seconds_more, memory_more = runs[larger][stage]
            step = f"{stage}, {larger:,} / {smaller:,} papers"
            each = seconds_more / seconds * smaller / larger
            figures = f"{seconds_more:.2f} s, {seconds:.2f} s"
            rows.append(row(f"time a paper, {step}", [each], "at most 1", figures))
            figures = f"{memory_more:.0f} MB, {memory:.0f} MB"
            rows.append(row(f"peak memory, {step}", [memory_more / memory], "about 1", figures))
    demo = sorted(DEMO.rglob("*.pdf"))
    few = min(measure_snakemake(demo, len(demo)) for _ in range(2))
    work = (measure_snakemake(originals, 1000) - few) * 10
    what = "Snakemake for 12 papers / 10 times the work on 1,000 papers"
    return [*rows, row(what, [few / work], "at most 0.05", f"{few:.2f} s, {work:.2f} s")]
