"""Measure what the project promises about speed and memory, and print one table of ratios.

    python benchmarks/run.py [--papers FOLDER] [--sizes 1000 10000] [--repeats 3]

Every ratio is within one run, since seconds differ between machines. FOLDER holds PDFs of real
papers; without it the search of mentions and Snakemake's share are measured on the invented papers
of the demonstration, of two pages each, whose ratios mean less. Takes about twenty minutes on two
cores, with --sizes 1000 10000 100000 ten more.
"""

import argparse
import os
import platform
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks import (  # noqa: E402
    growth,
    hub,
    labelling,
    listing,
    mentions,
    overhead,
    propagate,
    rebuild,
)
from benchmarks.table import print_table  # noqa: E402


def machine() -> str:
    """Describe the machine in one line."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return (
        f"{os.cpu_count()} cores ({model}), {memory_gb:.0f} GB, "
        f"Python {platform.python_version()}, {platform.system()} {platform.release()}; "
        f"load {os.getloadavg()[0]:.1f} at the end."
    )


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--papers", type=Path, help="folder with PDFs of real papers")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    papers = sorted(options.papers.rglob("*.pdf")) if options.papers else growth.DEMO
    with rebuild.project_copy() as copy:
        rows = rebuild.measure(copy, options.repeats)
        rows += propagate.measure(copy, options.repeats)
    rows += listing.measure(options.repeats)
    rows += mentions.measure(papers, options.repeats)
    rows += labelling.measure(options.repeats)
    rows += hub.measure()
    rows += growth.measure(options.sizes)
    rows += overhead.measure(papers)
    print_table(rows)
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
