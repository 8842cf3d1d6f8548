"""Draw the datasets on the Hub by year of creation and variant."""

from datafootprint.job import logged_to
from datafootprint.report.figures.hub import draw_hub
from datafootprint.report.figures.style import save
from datafootprint.tables import read_rows

with logged_to(snakemake.log[0]):
    figure = draw_hub(
        read_rows(snakemake.input[0], "hub_counts"), snakemake.params.wanted["search"]
    )
    for path in snakemake.output:
        save(figure, path)
