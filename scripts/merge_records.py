"""Put the shards of a year's mentions or labels together."""

from datafootprint.job import logged_to
from datafootprint.records import read_records, write_records

with logged_to(snakemake.log[0]):
    name = snakemake.wildcards.table
    rows = [row for path in snakemake.input for row in read_records(path, name)]
    write_records(rows, snakemake.output[0], name)
