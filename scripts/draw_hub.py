"""Draw the datasets on the Hub by year of creation and variant."""

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows
from datafootprint.report.figures.hub import draw_hub
from datafootprint.report.figures.style import save


def main(snakemake):
    figure = draw_hub(
        read_rows(snakemake.input[0], "hub_counts"), snakemake.params.wanted["search"]
    )
    for path in snakemake.output:
        save(figure, path)


if __name__ == "__main__":
    run(main, snakemake)
