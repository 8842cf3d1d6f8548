"""Draw the accuracies of the bias example."""

from datafootprint.job import logged_to
from datafootprint.report.figures.bias import draw_bias
from datafootprint.report.figures.style import save
from datafootprint.tables import read_rows

with logged_to(snakemake.log[0]):
    figure = draw_bias(read_rows(snakemake.input[0], "bias"))
    for path in snakemake.output:
        save(figure, path)
