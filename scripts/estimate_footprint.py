"""Apply the factors to the training runs: emissions, what subsets would save, other impacts."""

from datafootprint.energy.energy_tables import BreakEven, EnergyGains, EnergyPerEpoch, SelectionCost
from datafootprint.energy.gains import break_even, gains, measured_gains
from datafootprint.footprint.emissions import read_footprint
from datafootprint.footprint.footprint_tables import (
    STORAGE,
    TRAINING,
    AdditionalImpacts,
    CarbonIntensityByYear,
    Frugality,
    ImpactFactors,
    PerCapitaEmissions,
    StorageEmissions,
    TrainingEmissions,
)
from datafootprint.footprint.impacts import estimate_impacts
from datafootprint.footprint.savings import energy_savings, epochs_of_a_run, with_emissions
from datafootprint.job import run
from datafootprint.literature.literature_tables import TrainingRuns
from datafootprint.tables import read_table, write_table


def main(snakemake):
    given, output, sections = snakemake.input, snakemake.output, snakemake.params.sections
    runs = read_table(given.runs, TrainingRuns)
    energy = read_table(given.energy, EnergyPerEpoch)
    intensities = read_table(given.intensities, CarbonIntensityByYear)
    per_capita = read_table(given.per_capita, PerCapitaEmissions)
    footprint = read_footprint(sections, energy, intensities, per_capita, runs["year"])
    training, storage = footprint.totals(TRAINING, runs), footprint.totals(STORAGE, runs)
    write_table(training, output.training, TrainingEmissions)
    write_table(storage, output.storage, StorageEmissions)
    if output.frugality:
        savings = energy_savings(runs, energy, sections)
        write_table(
            with_emissions(savings, runs, footprint.configured), output.frugality, Frugality
        )
        write_table(measured_gains(energy), output.energy_gains, EnergyGains)
        asked = sections["frugality"]
        found = gains(energy, asked["subset"], asked["pruned_fraction"])
        costs = read_table(given.selection_costs, SelectionCost)
        paid_off = break_even(costs, found, epochs_of_a_run(sections))
        write_table(paid_off, output.break_even, BreakEven)
    if output.impacts:
        factors = read_table(given.impact_factors, ImpactFactors)
        impacts = estimate_impacts(training, storage, energy, factors, sections)
        write_table(impacts, output.impacts, AdditionalImpacts)


if __name__ == "__main__":
    run(main, snakemake)
