"""Read the publications a year that mention the dataset."""

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows
from datafootprint.literature.publications import count_publications


def main(snakemake):
    table = read_rows(snakemake.input[0], "publications")
    publications = count_publications(table, snakemake.params.literature["source"])
    write_rows(publications, snakemake.output[0], "publications")


if __name__ == "__main__":
    run(main, snakemake)
