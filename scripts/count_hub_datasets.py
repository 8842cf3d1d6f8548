"""Count the listed datasets by year of creation and variant."""

from datafootprint.hub.counts import count_datasets, growth_by_year
from datafootprint.hub.snapshot import read_datasets
from datafootprint.job import run
from datafootprint.legacy_tables import write_rows


def main(snakemake):
    wanted = snakemake.params.wanted
    counts = count_datasets(
        read_datasets(snakemake.input[0]), wanted["variants"], wanted["retrieved"]
    )
    write_rows(counts, snakemake.output.counts, "hub_counts")
    write_rows(growth_by_year(counts), snakemake.output.growth, "hub_growth")


if __name__ == "__main__":
    run(main, snakemake)
