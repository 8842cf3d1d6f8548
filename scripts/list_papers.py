"""List the papers of a venue and year."""

from datafootprint.job import run
from datafootprint.papers.listing import list_papers
from datafootprint.records import write_records


def main(snakemake):
    venue, year = snakemake.wildcards.venue, int(snakemake.wildcards.year)
    settings = {**snakemake.params.papers, **vars(snakemake.params.limits)}
    write_records(list_papers(settings, venue, year), snakemake.output[0])


if __name__ == "__main__":
    run(main, snakemake)
