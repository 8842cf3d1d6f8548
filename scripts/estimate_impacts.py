"""Estimate embodied emissions and water use, apart from the totals."""

from datafootprint.energy.energy_tables import EnergyPerEpoch
from datafootprint.footprint.footprint_tables import (
    AdditionalImpacts,
    ImpactFactors,
    StorageEmissions,
    TrainingEmissions,
)
from datafootprint.footprint.impacts import estimate_impacts
from datafootprint.job import run
from datafootprint.tables import read_table, write_table


def main(snakemake):
    given = snakemake.input
    impacts = estimate_impacts(
        read_table(given.training, TrainingEmissions),
        read_table(given.storage, StorageEmissions),
        read_table(given.energy, EnergyPerEpoch),
        read_table(given.factors, ImpactFactors),
        snakemake.params.config,
    )
    write_table(impacts, snakemake.output[0], AdditionalImpacts)


if __name__ == "__main__":
    run(main, snakemake)
