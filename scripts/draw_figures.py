"""Draw the figures of the report."""

from datafootprint.all_tables import read_inputs
from datafootprint.job import run
from datafootprint.report.figures.drawing import draw
from datafootprint.report.figures.style import save


def main(snakemake):
    tables = read_inputs(snakemake.input)
    for name, paths in snakemake.output.items():
        save(draw(name, tables, snakemake.params.settings), paths)


if __name__ == "__main__":
    run(main, snakemake)
