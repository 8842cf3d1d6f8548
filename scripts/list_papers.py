"""List the papers of a venue and year."""

from datafootprint.job import run
from datafootprint.legacy_records import write_records
from datafootprint.papers.stage import list_papers


def main(snakemake):
    venue, year = snakemake.wildcards.venue, int(snakemake.wildcards.year)
    settings = {**snakemake.params.papers, **vars(snakemake.params.limits)}
    rows = list_papers(settings, venue, year)
    write_records(rows, snakemake.output[0], "papers")


if __name__ == "__main__":
    run(main, snakemake)
