"""Hold every printed value against the recomputed one."""

from datafootprint.job import logged_to
from datafootprint.report.check import check_published
from datafootprint.tables import read_rows, write_rows

with logged_to(snakemake.log[0]):
    rows = check_published(
        read_rows(snakemake.input.values_printed, "values"),
        read_rows(snakemake.input.counts, "usage_counts"),
        read_rows(snakemake.input.projection, "projection"),
        read_rows(snakemake.input.publications, "publications"),
        read_rows(snakemake.input.energy, "energy_per_epoch"),
    )
    write_rows(rows, snakemake.output[0], "published_check")
