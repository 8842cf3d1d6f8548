"""Get the PDFs of the papers of a venue and year."""

from datafootprint.job import logged_to
from datafootprint.papers.stage import get_pdfs
from datafootprint.records import read_records
from datafootprint.tables import write_rows

with logged_to(snakemake.log[0]):
    venue, year = snakemake.wildcards.venue, int(snakemake.wildcards.year)
    papers = read_records(snakemake.input.papers, "papers")
    # Limits of time come past the parameters: a longer budget makes nothing out of date.
    settings = {**snakemake.params.papers, "download": snakemake.config["papers"]["download"]}
    rows = get_pdfs(papers, settings, venue, year, snakemake.threads)
    write_rows(rows, snakemake.output[0], "pdfs")
