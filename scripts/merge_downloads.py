"""Put the shards of a year's PDFs together."""

from datafootprint.job import logged_to
from datafootprint.tables import read_rows, write_rows

with logged_to(snakemake.log[0]):
    rows = [row for path in snakemake.input for row in read_rows(path, "pdfs")]
    write_rows(rows, snakemake.output[0], "pdfs")
