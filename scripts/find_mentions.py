"""Find the mentions of the dataset in the papers of a venue and year."""

from datafootprint.job import run
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_tables import Pdfs
from datafootprint.papers.search import search_papers
from datafootprint.papers.shards import in_shard
from datafootprint.records import read_records, write_records
from datafootprint.tables import read_table


def main(snakemake):
    params = snakemake.params
    papers = read_records(snakemake.input.papers, Paper)
    mentions = search_papers(
        in_shard(papers, params.shard, params.papers["shards"]),
        read_table(snakemake.input.pdfs, Pdfs),
        params.patterns,
        params.papers,
        workers=snakemake.threads,
        what=f"{snakemake.wildcards.venue} {snakemake.wildcards.year}",
    )
    write_records(mentions, snakemake.output[0], in_order=True)


if __name__ == "__main__":
    run(main, snakemake)
