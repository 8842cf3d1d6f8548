"""Count the listed datasets by year of creation and variant."""

from datafootprint.hub.counts import count_datasets, growth_by_year
from datafootprint.hub.hub_tables import HubCounts, HubGrowth
from datafootprint.hub.snapshot import read_datasets
from datafootprint.job import run
from datafootprint.tables import write_table


def main(snakemake):
    wanted = snakemake.params.wanted
    counts = count_datasets(
        read_datasets(snakemake.input[0]), wanted["variants"], wanted["retrieved"]
    )
    write_table(counts, snakemake.output.counts, HubCounts)
    write_table(growth_by_year(counts), snakemake.output.growth, HubGrowth)


if __name__ == "__main__":
    run(main, snakemake)
