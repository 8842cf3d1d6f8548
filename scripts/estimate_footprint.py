"""Estimate energy and emissions of all training runs and of the stored copies."""

from datafootprint.energy.energy_tables import EnergyPerEpoch
from datafootprint.footprint.emissions import read_footprint
from datafootprint.footprint.footprint_tables import (
    CarbonIntensityByYear,
    PerCapitaEmissions,
    StorageEmissions,
    TrainingEmissions,
)
from datafootprint.job import run
from datafootprint.literature.literature_tables import TrainingRuns
from datafootprint.tables import read_table, write_table


def main(snakemake):
    given, output = snakemake.input, snakemake.output
    runs = read_table(given.runs, TrainingRuns)
    footprint = read_footprint(
        snakemake.params.sections,
        read_table(given.energy, EnergyPerEpoch),
        read_table(given.intensities, CarbonIntensityByYear),
        read_table(given.per_capita, PerCapitaEmissions),
        runs["year"],
    )
    grid = footprint.configured
    write_table(footprint.of_training(runs, grid), output.training, TrainingEmissions)
    write_table(footprint.of_storage(runs, grid), output.storage, StorageEmissions)


if __name__ == "__main__":
    run(main, snakemake)
