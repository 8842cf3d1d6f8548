"""Estimate what training on subsets would save, and when a selection has paid off."""

from datafootprint.energy.break_even import break_even
from datafootprint.energy.gains import gains, measured_gains
from datafootprint.footprint.carbon import read_grid
from datafootprint.footprint.footprint_tables import CarbonIntensityByYear, PerCapitaEmissions
from datafootprint.frugality.frugality_tables import Frugality
from datafootprint.frugality.scenarios import energy_savings, epochs_of_a_run, with_emissions
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows
from datafootprint.literature.runs_tables import TrainingRuns
from datafootprint.tables import read_table, write_table


def main(snakemake):
    given, output, config = snakemake.input, snakemake.output, snakemake.params.config
    runs = read_table(given.runs, TrainingRuns)
    energy = read_rows(given.energy, "energy_per_epoch")
    intensities = read_table(given.intensities, CarbonIntensityByYear)
    per_capita = read_table(given.per_capita, PerCapitaEmissions)
    grid = read_grid(config["carbon"], intensities, per_capita, runs["year"])
    savings = energy_savings(runs, energy, config)
    write_table(with_emissions(savings, runs, grid), output.frugality, Frugality)
    write_rows(measured_gains(energy), output.energy_gains, "energy_gains")
    frugality = config["frugality"]
    found = gains(energy, frugality["subset"], frugality["pruned_fraction"])
    costs = read_rows(given.selection_costs, "selection_cost")
    paid_off = break_even(costs, found, epochs_of_a_run(config))
    write_rows(paid_off, output.break_even, "break_even")


if __name__ == "__main__":
    run(main, snakemake)
