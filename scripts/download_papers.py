"""Get the PDFs of the papers of a venue and year, or of one shard of them."""

from datafootprint.job import run
from datafootprint.legacy_records import read_records
from datafootprint.legacy_tables import write_rows
from datafootprint.papers.search import in_shard
from datafootprint.papers.stage import get_pdfs


def main(snakemake):
    venue, year = snakemake.wildcards.venue, int(snakemake.wildcards.year)
    settings = {**snakemake.params.papers, **vars(snakemake.params.limits)}
    papers = in_shard(
        read_records(snakemake.input.papers, "papers"), settings["shard"], settings["shards"]
    )
    rows = get_pdfs(papers, settings, venue, year, snakemake.threads)
    write_rows(rows, snakemake.output[0], "pdfs")


if __name__ == "__main__":
    run(main, snakemake)
