"""Get the PDFs of the papers of a venue and year, or of one shard of them."""

from datafootprint.job import run
from datafootprint.papers.download import get_pdfs
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_tables import Pdfs
from datafootprint.papers.shards import in_shard
from datafootprint.records import read_records
from datafootprint.tables import write_table


def main(snakemake):
    venue, year = snakemake.wildcards.venue, int(snakemake.wildcards.year)
    settings = {**snakemake.params.papers, **vars(snakemake.params.limits)}
    papers = read_records(snakemake.input.papers, Paper)
    papers = in_shard(papers, settings["shard"], settings["shards"])
    write_table(get_pdfs(papers, settings, venue, year), snakemake.output[0], Pdfs)


if __name__ == "__main__":
    run(main, snakemake)
