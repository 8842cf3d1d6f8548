"""Measure speed and energy of an epoch of ImageNet's shape on the GPU that is there."""

from datafootprint.energy.energy_tables import EnergyPerEpoch
from datafootprint.job import run
from datafootprint.tables import write_table
from lab.gpu import measure_gpu


def main(snakemake):
    energy = measure_gpu(snakemake.params.measure, snakemake.threads)
    write_table(energy, snakemake.output[0], EnergyPerEpoch)


if __name__ == "__main__":
    run(main, snakemake)
