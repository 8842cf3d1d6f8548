"""Draw the publication counts of two sources and their ratio."""

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows
from datafootprint.report.figures.publications_compared import draw_publications_compared
from datafootprint.report.figures.style import save


def main(snakemake):
    rows = read_rows(snakemake.input[0], "publications_compared")
    figure = draw_publications_compared(rows, snakemake.params.wanted["disagreement_factor"])
    for path in snakemake.output:
        save(figure, path)


if __name__ == "__main__":
    run(main, snakemake)
