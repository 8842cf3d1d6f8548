"""Estimate energy and emissions of the stored copies."""

from datafootprint.footprint.carbon import read_grid
from datafootprint.footprint.emissions import estimate_storage
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows


def main(snakemake):
    runs = read_rows(snakemake.input.runs, "training_runs")
    grid = read_grid(
        snakemake.params.carbon,
        read_rows(snakemake.input.intensities, "carbon_intensity_by_year"),
        read_rows(snakemake.input.per_capita, "per_capita_emissions"),
        [row["year"] for row in runs],
    )
    size_gb = snakemake.params.dataset["size_gb"]
    emissions = estimate_storage(runs, snakemake.params.storage, size_gb, grid)
    write_rows(emissions, snakemake.output[0], "storage_emissions")


if __name__ == "__main__":
    run(main, snakemake)
