"""Estimate embodied emissions and water use, apart from the totals."""

import pandas as pd

from datafootprint.energy.energy_tables import EnergyPerEpoch
from datafootprint.footprint.impact_tables import AdditionalImpacts, ImpactFactors
from datafootprint.footprint.impacts import estimate_impacts
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows
from datafootprint.tables import read_table, write_table


def main(snakemake):
    given = snakemake.input
    impacts = estimate_impacts(
        pd.DataFrame(read_rows(given.training, "training_emissions")),
        pd.DataFrame(read_rows(given.storage, "storage_emissions")),
        read_table(given.energy, EnergyPerEpoch),
        read_table(given.factors, ImpactFactors),
        snakemake.params.config,
    )
    write_table(impacts, snakemake.output[0], AdditionalImpacts)


if __name__ == "__main__":
    run(main, snakemake)
