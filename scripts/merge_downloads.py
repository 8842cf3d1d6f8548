"""Put the shards of a year's PDFs together."""

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows


def main(snakemake):
    rows = [row for path in snakemake.input for row in read_rows(path, "pdfs")]
    write_rows(rows, snakemake.output[0], "pdfs")


if __name__ == "__main__":
    run(main, snakemake)
