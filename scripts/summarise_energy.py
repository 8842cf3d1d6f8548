"""Summarise energy logs, or mark the published energy per epoch with the PUE it contains."""

from datafootprint.energy.energy_tables import EnergyPerEpoch, HardwarePower
from datafootprint.energy.epoch import check_powers, published_energy, with_fitness
from datafootprint.energy.logs import summarise_logs
from datafootprint.job import run
from datafootprint.tables import read_table, table_of, write_table


def main(snakemake):
    settings, published = snakemake.params.energy, snakemake.input.published
    table = read_table(published, EnergyPerEpoch) if published else table_of([], EnergyPerEpoch)
    bounds = read_table(snakemake.input.bounds, HardwarePower)
    if settings["logs"]:
        energy = summarise_logs(settings["logs"], bounds)
        energy = with_fitness(energy, settings["dataset"], set(table["model"]))
    else:
        check_powers(table, bounds, published)
        energy = published_energy(table, settings["pue_in_measurement"])
    write_table(energy, snakemake.output[0], EnergyPerEpoch)


if __name__ == "__main__":
    run(main, snakemake)
