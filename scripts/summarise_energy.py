"""Summarise energy logs, or mark the published energy per epoch with the PUE it contains."""

from datafootprint.energy.energy_tables import EnergyPerEpoch, HardwarePower
from datafootprint.energy.epoch import published_energy
from datafootprint.energy.logs import summarise_logs
from datafootprint.job import run
from datafootprint.tables import read_table, table_of, write_table


def main(snakemake):
    settings = snakemake.params.energy
    if settings["logs"]:
        bounds = read_table(snakemake.input.bounds, HardwarePower)
        energy = summarise_logs(settings["logs"], bounds)
    elif snakemake.input.published:
        table = read_table(snakemake.input.published, EnergyPerEpoch)
        energy = published_energy(table, settings["pue_in_measurement"])
    else:
        energy = table_of([], EnergyPerEpoch)
    write_table(energy, snakemake.output[0], EnergyPerEpoch)


if __name__ == "__main__":
    run(main, snakemake)
