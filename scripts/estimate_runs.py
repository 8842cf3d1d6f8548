"""Estimate the training runs of each year by each method."""

from datafootprint.job import logged_to
from datafootprint.literature.runs import estimate_runs
from datafootprint.tables import read_rows, write_rows

with logged_to(snakemake.log[0]):
    runs = estimate_runs(
        read_rows(snakemake.input.projection, "projection"),
        read_rows(snakemake.input.publications, "publications"),
    )
    write_rows(runs, snakemake.output[0], "training_runs")
