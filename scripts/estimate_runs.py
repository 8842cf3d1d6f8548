"""Estimate the training runs of each year by each method."""

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows
from datafootprint.literature.runs import estimate_runs


def main(snakemake):
    runs = estimate_runs(
        read_rows(snakemake.input.projection, "projection"),
        read_rows(snakemake.input.publications, "publications"),
    )
    write_rows(runs, snakemake.output[0], "training_runs")


if __name__ == "__main__":
    run(main, snakemake)
