"""List the papers of a venue and year."""

from datafootprint.job import logged_to
from datafootprint.papers.stage import list_papers
from datafootprint.records import write_records

with logged_to(snakemake.log[0]):
    venue, year = snakemake.wildcards.venue, int(snakemake.wildcards.year)
    # Limits of time come past the parameters: a longer budget makes nothing out of date.
    settings = {**snakemake.params.papers, "download": snakemake.config["papers"]["download"]}
    rows = list_papers(settings, venue, year)
    write_records(rows, snakemake.output[0], "papers")
