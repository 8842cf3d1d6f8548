"""Rank the sources of uncertainty and compare what could be observed next."""

from datafootprint.energy.energy_tables import EnergyPerEpoch
from datafootprint.job import run
from datafootprint.literature.literature_tables import Publications
from datafootprint.projection.projection_tables import Projection, ProjectionFits
from datafootprint.tables import read_table, write_table
from datafootprint.uncertainty.chain import read_inputs
from datafootprint.uncertainty.planning import plan_next_observation
from datafootprint.uncertainty.priors import read_priors, with_measured_spread
from datafootprint.uncertainty.sensitivity import analyse_sensitivity
from datafootprint.uncertainty.uncertainty_tables import NextObservation, Sensitivity
from datafootprint.usage.usage_tables import UsageCounts


def main(snakemake):
    given, sections = snakemake.input, snakemake.params.sections
    seed = sections["uncertainty"]["seed"]
    energy = read_table(given.energy, EnergyPerEpoch)
    priors = read_priors(sections["uncertainty"]["priors"])
    inputs = read_inputs(
        read_table(given.counts, UsageCounts),
        read_table(given.projection, Projection),
        read_table(given.publications, Publications),
        read_table(given.fits, ProjectionFits),
        with_measured_spread(priors, energy, sections["training"]),
        sections,
    )
    output = snakemake.output
    write_table(analyse_sensitivity(inputs, seed), output.sensitivity, Sensitivity)
    write_table(plan_next_observation(inputs, seed), output.plan, NextObservation)


if __name__ == "__main__":
    run(main, snakemake)
