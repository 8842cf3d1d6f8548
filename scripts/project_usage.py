"""Project the usage shares to the years without counts, by the chosen model and by all."""

from datafootprint.job import run
from datafootprint.projection.project import backtest_models, compare_models, project_usage
from datafootprint.projection.projection_tables import (
    AbstractMentions,
    AbstractStrata,
    Backtest,
    Projection,
    ProjectionCompared,
    StratumCounts,
)
from datafootprint.projection.strata import abstract_mentions, proxies
from datafootprint.tables import read_table, write_table
from datafootprint.usage.usage_tables import UsageCounts

#: How the paper continues its shares (Appendix B).
PUBLISHED_MODEL = "ols"


def main(snakemake):
    counts = read_table(snakemake.input.counts, UsageCounts)
    model = snakemake.params.projection["model"]
    slope_prior_sd = snakemake.params.projection["slope_prior_sd"]
    given, output, found = snakemake.input, snakemake.output, None
    if given.abstracts:
        strata = read_table(given.abstracts, AbstractStrata)
        write_table(abstract_mentions(strata), output.abstract_mentions, AbstractMentions)
        if set(counts["year"]) <= set(strata["year"]):
            found = proxies(strata, read_table(given.stratum_counts, StratumCounts))
    write_table(project_usage(counts, model, slope_prior_sd, found), output.projection, Projection)
    write_table(compare_models(counts, slope_prior_sd, found), output.compared, ProjectionCompared)
    if output.published:
        printed = read_table(snakemake.input.published, UsageCounts)
        published = project_usage(printed, PUBLISHED_MODEL, slope_prior_sd)
        write_table(published, output.published, Projection)
    write_table(backtest_models(counts, slope_prior_sd, found), output.backtest, Backtest)


if __name__ == "__main__":
    run(main, snakemake)
