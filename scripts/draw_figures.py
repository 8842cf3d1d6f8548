"""Draw the figures that do not depend on the carbon intensity."""

import pandas as pd

from datafootprint.frugality.scenarios import energy_savings
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows
from datafootprint.report.figures.frugality import draw_frugality
from datafootprint.report.figures.projection import draw_models
from datafootprint.report.figures.runs import draw_runs
from datafootprint.report.figures.style import save
from datafootprint.report.figures.usage import draw_usage
from datafootprint.tables import records_of


def main(snakemake):
    config = snakemake.params.config
    runs = read_rows(snakemake.input.runs, "training_runs")
    energy = read_rows(snakemake.input.energy, "energy_per_epoch")
    savings = records_of(energy_savings(pd.DataFrame(runs), energy, config))
    compared = read_rows(snakemake.input.compared, "projection_compared")
    figures = {
        "usage": draw_usage(read_rows(snakemake.input.projection, "projection")),
        "runs": draw_runs(runs),
        "frugality": draw_frugality(savings, config["training"]["epochs"]),
        "compared": draw_models(compared),
    }
    for name, figure in figures.items():
        for path in snakemake.output[name]:
            save(figure, path)


if __name__ == "__main__":
    run(main, snakemake)
