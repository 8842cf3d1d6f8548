"""Draw the figures that do not depend on the carbon intensity."""

from datafootprint.job import logged_to
from datafootprint.report.figures.runs import draw_runs
from datafootprint.report.figures.style import save
from datafootprint.report.figures.usage import draw_usage
from datafootprint.tables import read_rows

with logged_to(snakemake.log[0]):
    figures = {
        "usage": draw_usage(read_rows(snakemake.input.projection, "projection"), "ICLR"),
        "runs": draw_runs(read_rows(snakemake.input.runs, "training_runs")),
    }
    for name, figure in figures.items():
        for path in snakemake.output[name]:
            save(figure, path)
