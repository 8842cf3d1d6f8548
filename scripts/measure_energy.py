"""Train models for real, log their energy, and compare the strategies of choosing data."""

from datafootprint.energy.measurement.campaign import measure_with_torch
from datafootprint.energy.measurement.results import (
    compare_strategies,
    measured_energy_to_accuracy,
)
from datafootprint.job import run
from datafootprint.legacy_tables import write_rows


def main(snakemake):
    settings = snakemake.params.measure
    runs = measure_with_torch(settings, snakemake.threads)
    folder = settings["folder"]
    write_rows(compare_strategies(folder, runs), snakemake.output.strategies, "measured_strategies")
    reached = measured_energy_to_accuracy(folder, runs, settings["targets"])
    write_rows(reached, snakemake.output.to_accuracy, "energy_to_accuracy")


if __name__ == "__main__":
    run(main, snakemake)
