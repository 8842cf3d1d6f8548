"""Estimate what training on subsets would save, and when a selection has paid off."""

from datafootprint.energy.break_even import break_even
from datafootprint.energy.gains import gains, measured_gains
from datafootprint.footprint.carbon import read_grid
from datafootprint.frugality.scenarios import (
    energy_savings,
    epochs_of_a_run,
    with_emissions,
)
from datafootprint.job import logged_to
from datafootprint.tables import read_rows, write_rows

with logged_to(snakemake.log[0]):
    config = snakemake.params.config
    runs = read_rows(snakemake.input.runs, "training_runs")
    energy = read_rows(snakemake.input.energy, "energy_per_epoch")
    intensities = read_rows(snakemake.input.intensities, "carbon_intensity_by_year")
    per_capita = read_rows(snakemake.input.per_capita, "per_capita_emissions")
    costs = read_rows(snakemake.input.selection_costs, "selection_cost")
    frugality, years = config["frugality"], sorted({row["year"] for row in runs})
    grid = read_grid(config["carbon"], intensities, per_capita, years)
    savings = energy_savings(runs, energy, config)
    rows = with_emissions(savings, runs, grid)
    found = gains(energy, frugality["subset"], frugality["pruned_fraction"])
    write_rows(rows, snakemake.output.frugality, "frugality")
    write_rows(measured_gains(energy), snakemake.output.gains, "energy_gains")
    paid_off = break_even(costs, found, epochs_of_a_run(config))
    write_rows(paid_off, snakemake.output.break_even, "break_even")
