"""Read the publications a year that mention the dataset."""

from datafootprint.job import logged_to
from datafootprint.literature.publications import count_publications
from datafootprint.tables import read_rows, write_rows

with logged_to(snakemake.log[0]):
    table = read_rows(snakemake.input[0], "publications")
    publications = count_publications(table, snakemake.params.literature["source"])
    write_rows(publications, snakemake.output[0], "publications")
