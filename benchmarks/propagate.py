"""Time the Monte Carlo: 100,000 draws through the whole chain, by all methods and tiers.

    snakemake; python benchmarks/propagate.py

Processor seconds beyond imports and the peak memory, with the ratio to drawing as many normal
random numbers as the three tiers draw at most.
"""

import statistics
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "workflow")]

from benchmarks.process import measured  # noqa: E402
from benchmarks.table import print_table, row  # noqa: E402

from datafootprint.all_tables import read_inputs  # noqa: E402
from datafootprint.config import default_config  # noqa: E402
from datafootprint.footprint.emissions import read_footprint  # noqa: E402
from datafootprint.literature.literature_tables import TrainingRuns  # noqa: E402
from datafootprint.tables import read_table  # noqa: E402
from datafootprint.uncertainty.chain_inputs import join_inputs  # noqa: E402
from datafootprint.uncertainty.propagate import propagate_uncertainty  # noqa: E402

DRAWS = 100_000
TABLES = (
    *("usage_counts", "projection", "projection_compared", "training_runs", "energy_per_epoch"),
    *("papers_read", "practice", "label_errors"),
    *("carbon_intensity_by_year", "per_capita_emissions"),
)


def propagate(project: Path) -> None:
    """Draw for the tables that a run of the project has left."""
    config = default_config(project)
    results, factors = project / "results", project / "data" / "factors"
    folders = (results, project / "data" / "imagenet-1k", factors)
    tables = read_inputs(
        {
            name: next(
                str(path) for folder in folders if (path := folder / f"{name}.csv").is_file()
            )
            for name in TABLES
        }
    )
    years = list(range(2017, 2026))
    about = {"any_variant_years": years, "by_year": dict.fromkeys(years, "read"), "given": {}}
    inputs = join_inputs(tables, {**config, "counts": about})
    propagate_uncertainty(inputs, read_footprint(tables, config), DRAWS, 1)


def draw_alone(numbers: int) -> None:
    """Draw as many random numbers and do nothing with them."""
    np.random.default_rng(1).standard_normal((numbers, DRAWS))


def measure(project: Path, repeats: int) -> list[dict[str, Any]]:
    """Return the rows of the table for a project that has been run."""
    config = default_config(project)
    runs = read_table(project / "results" / "training_runs.csv", TrainingRuns)
    numbers = len(config["uncertainty"]["priors"]) + 2 * len(runs)
    ours = [measured(propagate, project) for _ in range(repeats)]
    bare = [measured(draw_alone, numbers) for _ in range(repeats)]
    cpu_s = statistics.median(run.cpu_s for run in ours)
    return [
        row(
            f"{DRAWS:,} draws through the whole chain / as many random numbers, processor time",
            [run.cpu_s / least.cpu_s for run, least in zip(ours, bare, strict=True)],
            "1 s and 500 MB at most",
            f"{cpu_s:.2f} s; {max(run.peak_mb for run in ours):.0f} MB",
        )
    ]


if __name__ == "__main__":
    print_table(measure(ROOT, 3))
