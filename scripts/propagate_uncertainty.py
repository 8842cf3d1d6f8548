"""Carry the uncertainty from the papers to the tonnes."""

from datafootprint.energy.energy_tables import EnergyPerEpoch
from datafootprint.footprint.emissions import read_footprint
from datafootprint.footprint.footprint_tables import CarbonIntensityByYear, PerCapitaEmissions
from datafootprint.job import run
from datafootprint.literature.literature_tables import Publications, TrainingRuns
from datafootprint.projection.projection_tables import Projection, ProjectionFits
from datafootprint.tables import read_table, write_table
from datafootprint.uncertainty.chain import read_inputs
from datafootprint.uncertainty.priors import read_priors, with_measured_spread
from datafootprint.uncertainty.propagate import propagate_uncertainty
from datafootprint.uncertainty.uncertainty_tables import Uncertainty
from datafootprint.usage.usage_tables import UsageCounts


def main(snakemake):
    given, sections = snakemake.input, snakemake.params.sections
    projection = read_table(given.projection, Projection)
    energy = read_table(given.energy, EnergyPerEpoch)
    priors = read_priors(sections["uncertainty"]["priors"])
    inputs = read_inputs(
        read_table(given.counts, UsageCounts),
        projection,
        read_table(given.publications, Publications),
        read_table(given.fits, ProjectionFits),
        with_measured_spread(priors, energy, sections["training"]),
        sections,
    )
    footprint = read_footprint(
        sections,
        energy,
        read_table(given.intensities, CarbonIntensityByYear),
        read_table(given.per_capita, PerCapitaEmissions),
        projection["year"],
    )
    runs = read_table(given.runs, TrainingRuns)
    draws, seed = sections["uncertainty"]["draws"], sections["uncertainty"]["seed"]
    table = propagate_uncertainty(inputs, runs, footprint, draws, seed)
    write_table(table, snakemake.output[0], Uncertainty)


if __name__ == "__main__":
    run(main, snakemake)
