"""What Snakemake itself costs: beside the work on 10,000 papers, and when all is in the cache.

    python benchmarks/overhead.py [FOLDER]

Snakemake runs `usage` on copies of the PDFs of FOLDER (without it, of the demonstration) with a
language model on the loopback interface that answers at once. The same on the twelve papers of the
demonstration takes what Snakemake, starting Python and importing take whatever there is to do. Both
are compared in processor time, of all processes together.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks import servers  # noqa: E402
from benchmarks.growth import DEMO, FIRST_YEAR, make_year  # noqa: E402
from benchmarks.process import Server, measured  # noqa: E402
from benchmarks.table import print_table, row  # noqa: E402

PAPERS, CACHED_PAPERS = 10_000, 60
REPEATS = 5


@contextmanager
def project(originals: list[Path], papers: int, url: str) -> Iterator[Path]:
    """Make a folder with a year of papers and a configuration that reads them."""
    folder = Path(tempfile.mkdtemp(prefix="overhead-"))
    try:
        measured(make_year, originals, folder, FIRST_YEAR, papers)
        overlay = {
            "papers": {
                "source": "folder",
                "folder": str(folder / "pdf"),
                "years": [FIRST_YEAR],
                "venue": "copies",
            },
            "usage": {
                "classifier": "llm",
                "llm": {
                    "base_url": url,
                    "budget_usd": 1e6,
                    "requests_per_minute": None,
                    "tokens_per_minute": None,
                },
            },
        }
        (folder / "mine.yaml").write_text(yaml.safe_dump(overlay))
        yield folder
    finally:
        shutil.rmtree(folder)


def run(folder: Path, *arguments: str) -> None:
    """Run Snakemake."""
    command = [sys.executable, "-m", "snakemake", *arguments, "--cores", "2"]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--configfile", "mine.yaml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)


def measure_cached(url: str) -> dict[str, Any]:
    """Return the row of a run whose texts are all in the cache."""
    with project(DEMO, CACHED_PAPERS, url) as folder:
        run(folder, "mentions")
        nothing, cached = [], []
        for _ in range(REPEATS):
            nothing.append(measured(run, folder, "mentions").wall_s)
            shutil.rmtree(folder / "results")
            cached.append(measured(run, folder, "mentions").wall_s)
    return row(
        f"mentions of {CACHED_PAPERS} papers from the cache / nothing to do",
        [took / least for took, least in zip(cached, nothing, strict=True)],
        "below 2",
        f"{statistics.median(cached):.2f} s, {statistics.median(nothing):.2f} s",
    )


def measure(originals: list[Path]) -> list[dict[str, Any]]:
    """Return the rows of the table."""
    os.environ.setdefault("OPENAI_API_KEY", "loopback")
    with Server(servers.language_model, 0.0) as url:
        with project(DEMO, len(DEMO), url) as folder:
            few = measured(run, folder, "usage")
        with project(originals, PAPERS, url) as folder:
            many = measured(run, folder, "usage")
        cached = measure_cached(url)
    work_s = many.cpu_s - few.cpu_s
    return [
        row(
            f"Snakemake on {len(DEMO)} papers / the work on {PAPERS:,}, processor time",
            [few.cpu_s / work_s],
            "at most 0.05",
            f"{few.cpu_s:.1f} s, {work_s:.0f} s; wall {few.wall_s:.1f} s, {many.wall_s:.0f} s",
        ),
        cached,
    ]


if __name__ == "__main__":
    papers = sorted(Path(sys.argv[1]).rglob("*.pdf")) if len(sys.argv) > 1 else DEMO
    print_table(measure(papers))
