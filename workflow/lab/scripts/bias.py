"""Train on subsets of coloured digits, and draw where colour helps and where it misleads."""

from datafootprint.job import run
from datafootprint.report.figures.style import save
from datafootprint.tables import write_table
from lab.bias_experiment import measure_bias
from lab.bias_figure import draw_bias
from lab.lab_tables import Bias


def main(snakemake):
    table = measure_bias(snakemake.params.bias, snakemake.threads)
    write_table(table, snakemake.output.table, Bias)
    save(draw_bias(table), snakemake.output.figure)


if __name__ == "__main__":
    run(main, snakemake)
