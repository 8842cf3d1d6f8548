"""Rank the sources of uncertainty and compare what could be observed next."""

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows
from datafootprint.uncertainty.chain import read_inputs
from datafootprint.uncertainty.planning import plan_next_observation
from datafootprint.uncertainty.priors import read_priors, with_measured_spread
from datafootprint.uncertainty.sensitivity import analyse_sensitivity


def main(snakemake):
    given, sections = snakemake.input, snakemake.params.sections
    training, seed = sections["training"], sections["uncertainty"]["seed"]
    priors = read_priors(sections["uncertainty"]["priors"])
    inputs = read_inputs(
        read_rows(given.counts, "usage_counts"),
        read_rows(given.projection, "projection"),
        read_rows(given.publications, "publications"),
        read_rows(given.fits, "projection_fits"),
        with_measured_spread(priors, read_rows(given.energy, "energy_per_epoch"), training),
    )
    rows = analyse_sensitivity(inputs, training, seed)
    write_rows(rows, snakemake.output.sensitivity, "sensitivity")
    plan = plan_next_observation(inputs, training, seed)
    write_rows(plan, snakemake.output.plan, "next_observation")


if __name__ == "__main__":
    run(main, snakemake)
