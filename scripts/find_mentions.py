"""Find the mentions of the dataset in the papers of a venue and year."""

from datafootprint.job import logged_to
from datafootprint.papers.search import search_papers
from datafootprint.records import read_records, write_sorted_records
from datafootprint.tables import read_rows

with logged_to(snakemake.log[0]):
    search = snakemake.params.search
    rows = search_papers(
        read_records(snakemake.input.papers, "papers"),
        read_rows(snakemake.input.pdfs, "pdfs"),
        patterns=search["patterns"],
        cache_dir=search["cache_dir"],
        engine=search["pdf_engine"],
        workers=snakemake.threads,
        seconds=search["seconds_per_pdf"],
        megabytes=search["megabytes_per_pdf"],
        what=f"{snakemake.wildcards.venue} {snakemake.wildcards.year}",
    )
    write_sorted_records(rows, snakemake.output[0], "mentions")
