"""Put the shards of a year's labels together."""

from datafootprint.job import logged_to
from datafootprint.records import read_records, write_records

with logged_to(snakemake.log[0]):
    rows = [row for path in snakemake.input for row in read_records(path, "usage")]
    write_records(rows, snakemake.output[0], "usage")
