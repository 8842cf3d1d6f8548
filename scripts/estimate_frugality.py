"""Estimate what training on subsets would save, and when a selection has paid off."""

from datafootprint.energy.energy_tables import BreakEven, EnergyGains, EnergyPerEpoch, SelectionCost
from datafootprint.energy.gains import break_even, gains, measured_gains
from datafootprint.footprint.carbon import read_grid
from datafootprint.footprint.footprint_tables import CarbonIntensityByYear, PerCapitaEmissions
from datafootprint.frugality.frugality_tables import Frugality
from datafootprint.frugality.savings import energy_savings, epochs_of_a_run, with_emissions
from datafootprint.job import run
from datafootprint.literature.literature_tables import TrainingRuns
from datafootprint.tables import read_table, write_table


def main(snakemake):
    given, output, config = snakemake.input, snakemake.output, snakemake.params.config
    runs = read_table(given.runs, TrainingRuns)
    energy = read_table(given.energy, EnergyPerEpoch)
    intensities = read_table(given.intensities, CarbonIntensityByYear)
    per_capita = read_table(given.per_capita, PerCapitaEmissions)
    grid = read_grid(config["carbon"], intensities, per_capita, runs["year"])
    savings = energy_savings(runs, energy, config)
    write_table(with_emissions(savings, runs, grid), output.frugality, Frugality)
    write_table(measured_gains(energy), output.energy_gains, EnergyGains)
    frugality = config["frugality"]
    found = gains(energy, frugality["subset"], frugality["pruned_fraction"])
    costs = read_table(given.selection_costs, SelectionCost)
    paid_off = break_even(costs, found, epochs_of_a_run(config))
    write_table(paid_off, output.break_even, BreakEven)


if __name__ == "__main__":
    run(main, snakemake)
