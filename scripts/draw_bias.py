"""Draw the accuracies of the bias example."""

import pandas as pd

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows
from datafootprint.report.figures.bias_figure import draw_bias
from datafootprint.report.figures.style import save


def main(snakemake):
    figure = draw_bias(pd.DataFrame(read_rows(snakemake.input[0], "bias")))
    for path in snakemake.output:
        save(figure, path)


if __name__ == "__main__":
    run(main, snakemake)
