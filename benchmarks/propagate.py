"""Time the Monte Carlo: 100,000 draws through the whole chain, by all methods and tiers.

    python benchmarks/propagate.py

Prints processor seconds beyond imports, the peak memory, and the ratio to drawing as many normal
random numbers as the three tiers draw at most.
"""

import resource
import sys
import time
from pathlib import Path

import numpy as np
import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow"))

from datafootprint.energy.epoch import published_energy  # noqa: E402
from datafootprint.tables import read_rows  # noqa: E402
from datafootprint.uncertainty.chain import read_inputs  # noqa: E402
from datafootprint.uncertainty.priors import read_priors  # noqa: E402
from datafootprint.uncertainty.propagate import propagate_uncertainty, read_footprint  # noqa: E402

DRAWS = 100_000


if __name__ == "__main__":
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    results, factors = ROOT / "results", ROOT / "data" / "factors"
    energy = published_energy(
        read_rows(results / "energy_per_epoch.csv", "energy_per_epoch"),
        config["training"]["pue_in_measurement"],
    )
    runs = read_rows(results / "training_runs.csv", "training_runs")
    footprint = read_footprint(
        config,
        energy,
        read_rows(factors / "carbon_intensity_by_year.csv", "carbon_intensity_by_year"),
        read_rows(factors / "per_capita_emissions.csv", "per_capita_emissions"),
        sorted({row["year"] for row in runs}),
    )
    priors = read_priors(config["uncertainty"]["priors"])
    inputs = read_inputs(
        read_rows(results / "usage_counts.csv", "usage_counts"),
        read_rows(results / "projection.csv", "projection"),
        read_rows(results / "publications.csv", "publications"),
        read_rows(results / "projection_fits.csv", "projection_fits"),
        priors,
    )
    start = time.process_time()
    propagate_uncertainty(inputs, runs, footprint, DRAWS, 1)
    seconds = time.process_time() - start
    start = time.process_time()
    np.random.default_rng(1).standard_normal((len(priors) + 2 * len(runs), DRAWS))
    bare = time.process_time() - start
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("| CPU s | ratio to bare random numbers | peak MB |\n|---|---|---|")
    print(f"| {seconds:.2f} | {seconds / bare:.1f} | {memory_mb:.0f} |")
