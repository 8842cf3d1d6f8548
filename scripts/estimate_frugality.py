"""Estimate what training on subsets would save, and when a selection has paid off."""

from datafootprint.footprint.carbon import read_grid
from datafootprint.frugality.estimate import estimate_frugality
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows


def main(snakemake):
    given, config = snakemake.input, snakemake.params.config
    runs = read_rows(given.runs, "training_runs")
    grid = read_grid(
        config["carbon"],
        read_rows(given.intensities, "carbon_intensity_by_year"),
        read_rows(given.per_capita, "per_capita_emissions"),
        [row["year"] for row in runs],
    )
    tables = estimate_frugality(
        runs,
        read_rows(given.energy, "energy_per_epoch"),
        read_rows(given.selection_costs, "selection_cost"),
        grid,
        config,
    )
    for name, rows in tables.items():
        write_rows(rows, snakemake.output[name], name)


if __name__ == "__main__":
    run(main, snakemake)
