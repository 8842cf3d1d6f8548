"""Measure speed and energy of an epoch of ImageNet's shape on the GPU that is there."""

from datafootprint.energy.energy_tables import EnergyPerEpoch, HardwarePower
from datafootprint.job import run
from datafootprint.tables import read_table, write_table
from lab.gpu import measure_gpu


def main(snakemake):
    bounds = read_table(snakemake.input.hardware_power, HardwarePower)
    energy = measure_gpu(snakemake.params.measure, snakemake.threads, bounds)
    write_table(energy, snakemake.output[0], EnergyPerEpoch)


if __name__ == "__main__":
    run(main, snakemake)
