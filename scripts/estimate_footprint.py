"""Apply the factors to the training runs: emissions, what subsets would save, other impacts."""

from datafootprint.all_tables import read_inputs
from datafootprint.energy.energy_tables import BreakEven, EnergyGains
from datafootprint.energy.gains import break_even, gains, measured_gains
from datafootprint.footprint.emissions import read_footprint
from datafootprint.footprint.footprint_tables import (
    STORAGE,
    TRAINING,
    AdditionalImpacts,
    Frugality,
    StorageEmissions,
    TrainingEmissions,
)
from datafootprint.footprint.impacts import estimate_impacts
from datafootprint.footprint.savings import energy_savings, epochs_of_a_run, with_emissions
from datafootprint.job import run
from datafootprint.tables import write_table


def main(snakemake):
    output, sections = snakemake.output, snakemake.params.sections
    tables = read_inputs(snakemake.input)
    runs, energy = tables["training_runs"], tables["energy_per_epoch"]
    footprint = read_footprint(tables, sections)
    training, storage = footprint.totals(TRAINING, runs), footprint.totals(STORAGE, runs)
    write_table(training, output.training, TrainingEmissions)
    write_table(storage, output.storage, StorageEmissions)
    if output.frugality:
        savings = with_emissions(energy_savings(runs, energy, sections), runs, footprint.configured)
        write_table(savings, output.frugality, Frugality)
        write_table(measured_gains(energy), output.energy_gains, EnergyGains)
        asked = sections["frugality"]
        found = gains(energy, asked["subset"], asked["pruned_fraction"])
        paid_off = break_even(tables["selection_cost"], found, epochs_of_a_run(sections))
        write_table(paid_off, output.break_even, BreakEven)
    if output.impacts:
        emissions = {"training_emissions": training, "storage_emissions": storage}
        impacts = estimate_impacts(tables | emissions, sections)
        write_table(impacts, output.impacts, AdditionalImpacts)


if __name__ == "__main__":
    run(main, snakemake)
