"""Draw what the width of the ranges comes from."""

from datafootprint.job import logged_to
from datafootprint.report.figures.sensitivity import draw_tornado
from datafootprint.report.figures.style import save
from datafootprint.tables import read_rows

with logged_to(snakemake.log[0]):
    rows = read_rows(snakemake.input[0], "sensitivity")
    figure = draw_tornado(rows, snakemake.params.methods["headline"])
    for path in snakemake.output:
        save(figure, path)
