"""Read the publications per year, and estimate the training runs of each year by each method."""

import pandas as pd

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows
from datafootprint.literature.publications import count_publications
from datafootprint.literature.runs import estimate_runs
from datafootprint.literature.runs_tables import TrainingRuns
from datafootprint.projection.projection_tables import Projection
from datafootprint.tables import read_table, write_table


def main(snakemake):
    given, output = snakemake.input, snakemake.output
    table = read_rows(given.publications, "publications")
    publications = count_publications(table, snakemake.params.literature["source"])
    write_rows(publications, output.publications, "publications")
    projection = read_table(given.projection, Projection)
    runs = estimate_runs(projection, pd.DataFrame(publications))
    write_table(runs, output.runs, TrainingRuns)


if __name__ == "__main__":
    run(main, snakemake)
