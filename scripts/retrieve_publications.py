"""Get the publication counts of a service, from a snapshot if there is one."""

import os

from datafootprint.job import run
from datafootprint.literature.literature_tables import Publications
from datafootprint.literature.retrieve import retrieve_publications
from datafootprint.tables import write_table


def main(snakemake):
    publications = retrieve_publications(snakemake.params.wanted, os.environ)
    write_table(publications, snakemake.output[0], Publications)


if __name__ == "__main__":
    run(main, snakemake)
