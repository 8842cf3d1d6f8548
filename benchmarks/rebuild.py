"""Time a full rebuild and a swap of the carbon intensity against a run with nothing to do.

    python benchmarks/rebuild.py [repeats]

A rebuild must take at most 5 times and a swap at most 2.5 times as long as a `snakemake --dry-run`
with nothing to do, on two cores.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.table import print_table, row  # noqa: E402

BARS = {"rebuild": "at most 5", "carbon swap": "at most 2.5"}


def seconds(copy: Path, *arguments: str) -> float:
    """Run snakemake in the copy of the project and return the wall time in seconds."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", "--quiet", "all", *arguments],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - start


def time_runs(copy: Path, repeats: int) -> dict[str, list[float]]:
    """Time nothing to do, a carbon swap and a rebuild in turn, `repeats` times."""
    swap = copy / "swap.yaml"
    times: dict[str, list[float]] = {"nothing to do": [], "carbon swap": [], "rebuild": []}
    seconds(copy)
    for repeat in range(repeats):
        times["nothing to do"].append(seconds(copy, "--dry-run"))
        swap.write_text(f"carbon:\n  intensity_g_per_kwh: {100 + repeat}\n")
        times["carbon swap"].append(seconds(copy, "--configfile", str(swap)))
        shutil.rmtree(copy / "results")
        times["rebuild"].append(seconds(copy))
    return times


@contextmanager
def project_copy() -> Iterator[Path]:
    """Copy the project into a folder of its own for a while."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "datafootprint"
        leftovers = shutil.ignore_patterns(".git", ".venv", ".snakemake", "results", "cache")
        shutil.copytree(ROOT, copy, ignore=leftovers)
        yield copy


def measure(copy: Path, repeats: int) -> list[dict[str, Any]]:
    """Return the rows of the table, from a copy of the project."""
    times = time_runs(copy, repeats)
    nothing = times.pop("nothing to do")
    return [
        row(
            f"{what} / nothing to do",
            [taken / least for taken, least in zip(took, nothing, strict=True)],
            BARS[what],
            f"{statistics.median(took):.2f} s, {statistics.median(nothing):.2f} s",
        )
        for what, took in times.items()
    ]


if __name__ == "__main__":
    with project_copy() as copy:
        print_table(measure(copy, int(sys.argv[1]) if len(sys.argv) > 1 else 3))
