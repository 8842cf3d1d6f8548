"""Estimate what the copies on the Hub consume, and put their downloads beside the training runs."""

from datafootprint.footprint.carbon import carbon_intensity
from datafootprint.hub.copies import (
    downloads_per_run,
    estimate_copies,
    retrieval_year,
)
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows


def main(snakemake):
    dataset = snakemake.params.dataset
    counts = read_rows(snakemake.input.counts, "hub_counts")
    runs = read_rows(snakemake.input.runs, "training_runs")
    intensities = read_rows(snakemake.input.intensities, "carbon_intensity_by_year")
    copies = estimate_copies(
        counts,
        snakemake.params.storage,
        dataset["size_gb"],
        dataset["variant"],
        carbon_intensity(snakemake.params.carbon, intensities, [retrieval_year(counts)]),
    )
    write_rows(copies, snakemake.output.copies, "hub_copies")
    ratios = downloads_per_run(counts, runs, dataset["variant"])
    write_rows(ratios, snakemake.output.downloads, "hub_downloads_per_run")


if __name__ == "__main__":
    run(main, snakemake)
