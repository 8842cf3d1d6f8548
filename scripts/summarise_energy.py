"""Summarise energy logs, or mark the published energy per epoch with the PUE it contains."""

from datafootprint.energy.epoch import published_energy
from datafootprint.energy.summary import summarise_logs
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows


def main(snakemake):
    settings = snakemake.params.energy
    if settings["logs"]:
        bounds = read_rows(snakemake.input.bounds, "hardware_power")
        energy = summarise_logs(settings["logs"], bounds)
    else:
        table = read_rows(snakemake.input.published, "energy_per_epoch")
        energy = published_energy(table, settings["pue_in_measurement"], settings["dataset"])
    write_rows(energy, snakemake.output[0], "energy_per_epoch")


if __name__ == "__main__":
    run(main, snakemake)
