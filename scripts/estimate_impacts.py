"""Estimate embodied emissions and water use, apart from the totals."""

from datafootprint.footprint.impacts import estimate_impacts
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows


def main(snakemake):
    rows = estimate_impacts(
        read_rows(snakemake.input.training, "training_emissions"),
        read_rows(snakemake.input.storage, "storage_emissions"),
        read_rows(snakemake.input.energy, "energy_per_epoch"),
        read_rows(snakemake.input.factors, "impact_factors"),
        snakemake.params.config,
    )
    write_rows(rows, snakemake.output[0], "additional_impacts")


if __name__ == "__main__":
    run(main, snakemake)
