"""Project the usage shares to the years without counts, by the chosen model and by all."""

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows
from datafootprint.projection.backtest import backtest_models
from datafootprint.projection.compare import compare_models, fits_to_draw_from
from datafootprint.projection.project import project_usage
from datafootprint.published import PUBLISHED_MODEL


def main(snakemake):
    counts = read_rows(snakemake.input.counts, "usage_counts")
    model = snakemake.params.projection["model"]
    slope_prior_sd = snakemake.params.projection["slope_prior_sd"]
    output = snakemake.output
    write_rows(project_usage(counts, model, slope_prior_sd), output.projection, "projection")
    write_rows(compare_models(counts, slope_prior_sd), output.compared, "projection_compared")
    write_rows(fits_to_draw_from(counts, slope_prior_sd), output.fits, "projection_fits")
    printed = read_rows(snakemake.input.published, "usage_counts")
    published = project_usage(printed, PUBLISHED_MODEL, slope_prior_sd)
    write_rows(published, output.published, "projection")
    write_rows(backtest_models(counts, slope_prior_sd), output.backtest, "backtest")


if __name__ == "__main__":
    run(main, snakemake)
