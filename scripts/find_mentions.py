"""Find the mentions of the dataset in the papers of a venue and year."""

from datafootprint.job import run
from datafootprint.legacy_records import read_records, write_sorted_records
from datafootprint.legacy_tables import read_rows
from datafootprint.papers.search import in_shard, search_papers


def main(snakemake):
    search = snakemake.params.search
    papers = read_records(snakemake.input.papers, "papers")
    rows = search_papers(
        in_shard(papers, search["shard"], search["shards"]),
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


if __name__ == "__main__":
    run(main, snakemake)
