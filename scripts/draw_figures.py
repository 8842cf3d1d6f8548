"""Draw the figures that do not depend on the carbon intensity."""

from datafootprint.job import logged_to
from datafootprint.report.figures.projection import draw_models
from datafootprint.report.figures.runs import draw_runs
from datafootprint.report.figures.sensitivity import draw_tornado
from datafootprint.report.figures.style import save
from datafootprint.report.figures.usage import draw_usage
from datafootprint.tables import read_rows

with logged_to(snakemake.log[0]):
    compared = read_rows(snakemake.input.compared, "projection_compared")
    sensitivity = read_rows(snakemake.input.sensitivity, "sensitivity")
    figures = {
        "usage": draw_usage(read_rows(snakemake.input.projection, "projection"), "ICLR"),
        "runs": draw_runs(read_rows(snakemake.input.runs, "training_runs")),
        "compared": draw_models(compared),
        "sensitivity": draw_tornado(sensitivity, snakemake.params.methods["headline"]),
    }
    for name, figure in figures.items():
        for path in snakemake.output[name]:
            save(figure, path)
