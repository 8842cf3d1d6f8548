"""Put the shards of a year's mentions or labels together."""

from datafootprint.job import run
from datafootprint.legacy_records import read_records, write_records


def main(snakemake):
    name = snakemake.wildcards.table
    rows = [row for path in snakemake.input for row in read_records(path, name)]
    write_records(rows, snakemake.output[0], name)


if __name__ == "__main__":
    run(main, snakemake)
