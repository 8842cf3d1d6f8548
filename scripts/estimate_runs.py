"""Read the publications per year, and estimate the training runs of each year by each method."""

from datafootprint.job import run
from datafootprint.literature.literature_tables import Practice, Publications, TrainingRuns
from datafootprint.literature.practice import read_practice
from datafootprint.literature.publications import count_publications, venue_publications
from datafootprint.literature.runs import estimate_runs
from datafootprint.literature.services import VENUE
from datafootprint.projection.projection_tables import Projection
from datafootprint.tables import read_table, write_table
from datafootprint.usage.usage_tables import PapersRead, UsageCounts


def main(snakemake):
    given, output = snakemake.input, snakemake.output
    source = snakemake.params.literature["source"]
    if source == VENUE:
        publications = venue_publications(read_table(given.publications, UsageCounts))
    else:
        publications = count_publications(read_table(given.publications, Publications), source)
    write_table(publications, output.publications, Publications)
    settings = snakemake.params.run
    practice = read_practice(
        read_table(given.papers_read, PapersRead) if given.papers_read else None,
        read_table(given.practice, Practice) if given.practice else None,
    )
    projection = read_table(given.projection, Projection)
    years, is_published = settings["any_variant_years"], settings["is_published"]
    runs = estimate_runs(projection, publications, settings, practice, years, is_published)
    write_table(runs, output.runs, TrainingRuns)


if __name__ == "__main__":
    run(main, snakemake)
