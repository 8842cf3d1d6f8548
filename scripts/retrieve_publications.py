"""Get the publication counts of a service, from a snapshot if there is one."""

import os

from datafootprint.job import run
from datafootprint.legacy_tables import write_rows
from datafootprint.literature.retrieve import retrieve_publications


def main(snakemake):
    rows = retrieve_publications(snakemake.params.wanted, os.environ)
    write_rows(rows, snakemake.output[0], "publications")


if __name__ == "__main__":
    run(main, snakemake)
