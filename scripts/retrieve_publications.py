"""Get the publication counts of a service, from a snapshot if there is one."""

import os

from datafootprint.job import logged_to
from datafootprint.literature.retrieve import retrieve_publications
from datafootprint.tables import write_rows

with logged_to(snakemake.log[0]):
    rows = retrieve_publications(snakemake.params.wanted, os.environ)
    write_rows(rows, snakemake.output[0], "publications")
