"""Draw the publication counts of two sources and their ratio."""

from datafootprint.job import logged_to
from datafootprint.report.figures.publications_compared import draw_publications_compared
from datafootprint.report.figures.style import save
from datafootprint.tables import read_rows

with logged_to(snakemake.log[0]):
    rows = read_rows(snakemake.input[0], "publications_compared")
    figure = draw_publications_compared(rows, snakemake.params.wanted["disagreement_factor"])
    for path in snakemake.output:
        save(figure, path)
