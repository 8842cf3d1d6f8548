"""Draw the accuracies of the bias example."""

from datafootprint.job import run
from datafootprint.report.figures.style import save
from datafootprint.tables import read_table
from lab.bias_figure import draw_bias
from lab.lab_tables import Bias


def main(snakemake):
    save(draw_bias(read_table(snakemake.input[0], Bias)), snakemake.output)


if __name__ == "__main__":
    run(main, snakemake)
