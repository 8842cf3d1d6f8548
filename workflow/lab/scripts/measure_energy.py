"""Train models for real, log their energy, and compare the strategies of choosing data."""

from datafootprint.energy.energy_tables import EnergyToAccuracy
from datafootprint.job import run
from datafootprint.tables import write_table
from lab.campaign import measure_with_torch
from lab.campaign_results import compare_strategies, energy_to_accuracy, measured_epochs
from lab.lab_tables import MeasuredStrategies


def main(snakemake):
    settings = snakemake.params.measure
    runs = measure_with_torch(settings, snakemake.threads)
    epochs = measured_epochs(settings["folder"], runs)
    write_table(compare_strategies(epochs), snakemake.output.strategies, MeasuredStrategies)
    reached = energy_to_accuracy(epochs, settings["targets"])
    write_table(reached, snakemake.output.to_accuracy, EnergyToAccuracy)


if __name__ == "__main__":
    run(main, snakemake)
