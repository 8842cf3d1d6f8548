"""Estimate energy and emissions of all training runs."""

from datafootprint.energy.epoch import run_energy_per_epoch
from datafootprint.footprint.carbon import read_grid
from datafootprint.footprint.emissions import estimate_training
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows


def main(snakemake):
    training = snakemake.params.training
    runs = read_rows(snakemake.input.runs, "training_runs")
    energy = read_rows(snakemake.input.energy, "energy_per_epoch")
    grid = read_grid(
        snakemake.params.carbon,
        read_rows(snakemake.input.intensities, "carbon_intensity_by_year"),
        read_rows(snakemake.input.per_capita, "per_capita_emissions"),
        [row["year"] for row in runs],
    )
    emissions = estimate_training(
        runs, training["epochs"], run_energy_per_epoch(energy, training), grid
    )
    write_rows(emissions, snakemake.output[0], "training_emissions")


if __name__ == "__main__":
    run(main, snakemake)
