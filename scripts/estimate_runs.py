"""Read the publications per year, and estimate the training runs of each year by each method."""

from datafootprint.job import run
from datafootprint.literature.literature_tables import Publications, TrainingRuns
from datafootprint.literature.publications import count_publications
from datafootprint.literature.runs import estimate_runs
from datafootprint.projection.projection_tables import Projection
from datafootprint.tables import read_table, write_table


def main(snakemake):
    given, output = snakemake.input, snakemake.output
    table = read_table(given.publications, Publications)
    publications = count_publications(table, snakemake.params.literature["source"])
    write_table(publications, output.publications, Publications)
    runs = estimate_runs(read_table(given.projection, Projection), publications)
    write_table(runs, output.runs, TrainingRuns)


if __name__ == "__main__":
    run(main, snakemake)
