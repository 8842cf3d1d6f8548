"""How time and memory grow with the number of papers: list, mentions, classify and count.

    python benchmarks/growth.py [sizes]

Each stage runs in a process of its own on papers made from the demonstration PDFs, each with other
bytes, in years of at most 10,000 papers; no venue has had more. The listing and the language model
are servers on the loopback interface, in processes of their own.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "workflow")]

from benchmarks import servers  # noqa: E402
from benchmarks.process import Measured, Server, measured  # noqa: E402
from benchmarks.table import print_table, row  # noqa: E402

from datafootprint import records  # noqa: E402
from datafootprint.config import default_config  # noqa: E402
from datafootprint.papers.paper_records import Mentions, Paper  # noqa: E402
from datafootprint.papers.papers_tables import Pdfs  # noqa: E402
from datafootprint.papers.search import search_papers  # noqa: E402
from datafootprint.tables import frame_of, read_table, table_of, write_table  # noqa: E402
from datafootprint.usage.classify import classify_usage  # noqa: E402
from datafootprint.usage.labelling_cost import COST_FIELDS, labelling_cost  # noqa: E402
from datafootprint.usage.observed import (  # noqa: E402
    MENTION_FIELDS,
    PAPER_FIELDS,
    USAGE_FIELDS,
    count_live_years,
)
from datafootprint.usage.usage_records import Usage  # noqa: E402

CONFIG = default_config(ROOT)
DEMO = sorted((ROOT / "data" / "demo" / "papers").rglob("*.pdf"))
FIRST_YEAR, LONGEST_YEAR = 2017, 10_000
STAGES = ("list", "mentions", "classify", "count")


def years_of(number: int) -> dict[int, int]:
    """Return how many papers each year has."""
    firsts = range(0, number, LONGEST_YEAR)
    return {
        FIRST_YEAR + place: min(LONGEST_YEAR, number - first) for place, first in enumerate(firsts)
    }


def make_year(originals: list[Path], folder: Path, year: int, number: int) -> None:
    """Write a year's PDFs, of different bytes, and their table."""
    contents = [path.read_bytes() for path in originals]
    place = folder / "pdf" / str(year)
    place.mkdir(parents=True)
    rows = []
    for i in range(number):
        # The ids that the loopback OpenReview gives.
        path = place / f"v2_{i:05d}.pdf"
        content = contents[i % len(contents)]
        content += f"\n%{year} {i}\n".encode()
        path.write_bytes(content)
        found = {"paper_id": path.stem, "status": "ok", "file": str(path), "detail": ""}
        sha256 = hashlib.sha256(content).hexdigest()
        rows.append(found | {"sha256": sha256, "source": "folder", "bytes": len(content)})
    write_table(table_of(rows, Pdfs), folder / f"pdfs-{year}.csv", Pdfs)


def list_year(url: str, folder: Path, year: int) -> None:
    """List a year from OpenReview and write the table."""
    from datafootprint.papers.listing import list_papers

    # The server knows one year, which stands for each of them.
    settings = CONFIG["papers"] | {
        "cache_dir": str(folder / f"listing{year}"),
        "openreview": {"baseurl_v1": url, "baseurl_v2": url, "pdfs_per_request": 50},
    }
    papers = list_papers(settings, "ICLR", 2024)
    papers = [paper.model_copy(update={"year": year}) for paper in papers]
    records.write_records(papers, folder / f"papers-{year}.jsonl")


def search_year(folder: Path, year: int) -> None:
    """Search a year's papers with two workers and write the table."""
    papers = records.read_records(folder / f"papers-{year}.jsonl", Paper)
    pdfs = read_table(folder / f"pdfs-{year}.csv", Pdfs)
    patterns = CONFIG["dataset"]["patterns"]
    settings = CONFIG["papers"] | {"cache_dir": str(folder)}
    mentions = search_papers(papers, pdfs, patterns, settings, 2, str(year))
    records.write_records(mentions, folder / f"mentions-{year}.jsonl", in_order=True)


def classify_year(base_url: str, folder: Path, year: int) -> None:
    """Ask the model about a year's papers and write the table."""
    llm = CONFIG["usage"]["llm"] | {"base_url": base_url, "budget_usd": 1e6}
    llm |= {"requests_per_minute": None, "tokens_per_minute": None}
    usage = {**CONFIG["usage"], "classifier": "llm", "llm": llm}
    mentions = records.iter_records(folder / f"mentions-{year}.jsonl", Mentions)
    labelled = classify_usage(mentions, CONFIG["dataset"], usage, folder)
    records.write_records(labelled, folder / f"usage-{year}.jsonl")


def count_years(folder: Path, years: list[int]) -> None:
    """Count all years, one after the other, as the workflow does."""
    for year in years:
        papers, mentions, usage = (
            frame_of(records.iter_records(folder / f"{name}-{year}.jsonl", model), fields)
            for name, model, fields in (
                ("papers", Paper, PAPER_FIELDS),
                ("mentions", Mentions, MENTION_FIELDS),
                ("usage", Usage, USAGE_FIELDS),
            )
        )
        counts = count_live_years(papers, mentions, usage, pd.DataFrame(), ["ImageNet-1K"])
        assert counts["unread"].sum() == 0
    paths = [folder / f"usage-{year}.jsonl" for year in years]
    labelling_cost(frame_of(records.iter_records(paths, Usage), COST_FIELDS))


def measure_stages(number: int) -> dict[str, Measured]:
    """Run every stage on `number` papers; return the times of all years and the peak memory."""
    scratch = Path(tempfile.mkdtemp(prefix="growth-"))
    years = years_of(number)
    try:
        for year, papers in years.items():
            measured(make_year, DEMO, scratch, year, papers)
        with Server(servers.openreview, max(years.values())) as url:
            listed = [measured(list_year, url, scratch, year) for year in years]
        searched = [measured(search_year, scratch, year) for year in years]
        with Server(servers.language_model, 0.0) as url:
            labelled = [measured(classify_year, url, scratch, year) for year in years]
        counted = [measured(count_years, scratch, list(years))]
    finally:
        shutil.rmtree(scratch)
    together = zip(STAGES, (listed, searched, labelled, counted), strict=True)
    return {
        stage: Measured(
            sum(run.wall_s for run in runs),
            sum(run.cpu_s for run in runs),
            max(run.peak_mb for run in runs),
        )
        for stage, runs in together
    }


def measure(sizes: list[int]) -> list[dict[str, Any]]:
    """Return the rows of the table."""
    os.environ.setdefault("OPENAI_API_KEY", "loopback")
    runs = {number: measure_stages(number) for number in sizes}
    rows = []
    for few, many in pairwise(sizes):
        for stage in STAGES:
            fewer, more = runs[few][stage], runs[many][stage]
            step = f"{stage}, {many:,} / {few:,} papers"
            each = more.cpu_s / fewer.cpu_s * few / many
            figures = f"{more.cpu_s:.2f} s, {fewer.cpu_s:.2f} s"
            rows.append(row(f"processor time a paper, {step}", [each], "about 1", figures))
            figures = f"{more.peak_mb:.0f} MB, {fewer.peak_mb:.0f} MB"
            ratio = more.peak_mb / fewer.peak_mb
            rows.append(row(f"peak memory, {step}", [ratio], "about 1", figures))
    return rows


if __name__ == "__main__":
    print_table(measure([int(size) for size in sys.argv[1:]] or [1000, 10_000]))
