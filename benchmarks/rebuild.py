"""Time a full rebuild and a swap of the carbon intensity against a run with nothing to do.

    python benchmarks/rebuild.py [repeats]

Prints the medians in seconds and their ratios, which are what is promised: a rebuild at most 6
times and a swap at most 3 times a `snakemake --dry-run` with nothing to do, on two cores.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BARS = {"rebuild": 6.0, "carbon swap": 3.0}


def seconds(*arguments: str) -> float:
    """Run snakemake in the current copy and return the wall time in seconds."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", "--quiet", "all", *arguments],
        cwd=COPY,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - start


def measure(repeats: int) -> dict[str, list[float]]:
    """Time nothing to do, a carbon swap and a rebuild in turn, `repeats` times."""
    swap = COPY / "swap.yaml"
    times: dict[str, list[float]] = {"nothing to do": [], "carbon swap": [], "rebuild": []}
    seconds()
    for repeat in range(repeats):
        times["nothing to do"].append(seconds("--dry-run"))
        swap.write_text(f"carbon:\n  intensity_g_per_kwh: {100 + repeat}\n")
        times["carbon swap"].append(seconds("--configfile", str(swap)))
        shutil.rmtree(COPY / "results")
        times["rebuild"].append(seconds())
    return times


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        COPY = Path(folder) / "datafootprint"
        leftovers = shutil.ignore_patterns(".git", ".venv", ".snakemake", "results", "cache")
        shutil.copytree(ROOT, COPY, ignore=leftovers)
        medians = {
            what: statistics.median(times)
            for what, times in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 3).items()
        }
    print("| what | median s | ratio | bar |\n|---|---|---|---|")
    for what, median in medians.items():
        ratio = median / medians["nothing to do"]
        print(f"| {what} | {median:.2f} | {ratio:.2f} | {BARS.get(what, 1.0):.0f} |")
