"""Draw what the width of the ranges comes from."""

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows
from datafootprint.report.figures.sensitivity import draw_tornado
from datafootprint.report.figures.style import save


def main(snakemake):
    rows = read_rows(snakemake.input[0], "sensitivity")
    figure = draw_tornado(rows, snakemake.params.methods["headline"])
    for path in snakemake.output:
        save(figure, path)


if __name__ == "__main__":
    run(main, snakemake)
