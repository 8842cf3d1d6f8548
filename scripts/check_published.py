"""Hold every printed value against the recomputed one."""

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows
from datafootprint.report.check import check_published


def main(snakemake):
    rows = check_published(
        read_rows(snakemake.input.values_printed, "values"),
        read_rows(snakemake.input.counts, "usage_counts"),
        read_rows(snakemake.input.projection, "projection"),
        read_rows(snakemake.input.publications, "publications"),
        read_rows(snakemake.input.energy, "energy_per_epoch"),
    )
    write_rows(rows, snakemake.output[0], "published_check")


if __name__ == "__main__":
    run(main, snakemake)
