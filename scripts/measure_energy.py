"""Train models for real, log their energy, and compare the strategies of choosing data."""

from datafootprint.energy.energy_tables import EnergyToAccuracy, MeasuredStrategies
from datafootprint.energy.measurement.campaign import measure_with_torch
from datafootprint.energy.measurement.results import (
    compare_strategies,
    energy_to_accuracy,
    measured_epochs,
)
from datafootprint.job import run
from datafootprint.tables import write_table


def main(snakemake):
    settings = snakemake.params.measure
    runs = measure_with_torch(settings, snakemake.threads)
    epochs = measured_epochs(settings["folder"], runs)
    write_table(compare_strategies(epochs), snakemake.output.strategies, MeasuredStrategies)
    reached = energy_to_accuracy(epochs, settings["targets"])
    write_table(reached, snakemake.output.to_accuracy, EnergyToAccuracy)


if __name__ == "__main__":
    run(main, snakemake)
