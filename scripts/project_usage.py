"""Project the usage shares to the years without counts."""

from datafootprint.job import logged_to
from datafootprint.projection import project_usage
from datafootprint.tables import read_rows, write_rows

with logged_to(snakemake.log[0]):
    counts = read_rows(snakemake.input.counts, "usage_counts")
    write_rows(project_usage(counts), snakemake.output[0], "projection")
