"""Project the usage shares to the years without counts, by the chosen model and by all."""

from datafootprint.job import run
from datafootprint.projection.comparison import backtest_models, compare_models
from datafootprint.projection.project import project_usage
from datafootprint.projection.projection_tables import (
    Backtest,
    Projection,
    ProjectionCompared,
)
from datafootprint.tables import read_table, write_table
from datafootprint.usage.usage_tables import UsageCounts

#: How the paper continues its shares (Appendix B).
PUBLISHED_MODEL = "ols"


def main(snakemake):
    counts = read_table(snakemake.input.counts, UsageCounts)
    model = snakemake.params.projection["model"]
    slope_prior_sd = snakemake.params.projection["slope_prior_sd"]
    output = snakemake.output
    write_table(project_usage(counts, model, slope_prior_sd), output.projection, Projection)
    write_table(compare_models(counts, slope_prior_sd), output.compared, ProjectionCompared)
    if output.published:
        printed = read_table(snakemake.input.published, UsageCounts)
        published = project_usage(printed, PUBLISHED_MODEL, slope_prior_sd)
        write_table(published, output.published, Projection)
    write_table(backtest_models(counts, slope_prior_sd), output.backtest, Backtest)


if __name__ == "__main__":
    run(main, snakemake)
