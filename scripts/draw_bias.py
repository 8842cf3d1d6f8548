"""Draw the accuracies of the bias example."""

from datafootprint.job import run
from datafootprint.report.figures.bias_figure import draw_bias
from datafootprint.report.figures.style import save
from datafootprint.report.inputs import read_inputs


def main(snakemake):
    figure = draw_bias(read_inputs({"bias": snakemake.input[0]})["bias"])
    for path in snakemake.output:
        save(figure, path)


if __name__ == "__main__":
    run(main, snakemake)
