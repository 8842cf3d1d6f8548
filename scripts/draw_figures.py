"""Draw the figures of the report."""

from datafootprint.job import run
from datafootprint.report.contents import FIGURES
from datafootprint.report.figures.style import save
from datafootprint.report.inputs import read_inputs


def main(snakemake):
    tables = read_inputs(snakemake.input)
    for name, paths in snakemake.output.items():
        figure = FIGURES[name]
        given = [tables[table] for table in figure.tables]
        drawn = figure.draw(snakemake.params.settings, *given)
        save(drawn, paths)


if __name__ == "__main__":
    run(main, snakemake)
