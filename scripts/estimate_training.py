"""Estimate energy and emissions of all training runs."""

from datafootprint.energy.epoch import run_energy_per_epoch
from datafootprint.footprint.carbon import read_grid
from datafootprint.footprint.emissions import estimate_training
from datafootprint.job import logged_to
from datafootprint.tables import read_rows, write_rows

with logged_to(snakemake.log[0]):
    runs = read_rows(snakemake.input.runs, "training_runs")
    energy = read_rows(snakemake.input.energy, "energy_per_epoch")
    intensities = read_rows(snakemake.input.intensities, "carbon_intensity_by_year")
    per_capita = read_rows(snakemake.input.per_capita, "per_capita_emissions")
    training, carbon = snakemake.params.training, snakemake.params.carbon
    years = sorted({row["year"] for row in runs})
    grid = read_grid(carbon, intensities, per_capita, years)
    emissions = estimate_training(
        runs,
        training["epochs"],
        run_energy_per_epoch(energy, training),
        grid,
    )
    write_rows(emissions, snakemake.output[0], "training_emissions")
