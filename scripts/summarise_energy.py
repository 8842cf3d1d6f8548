"""Mark the published energy per epoch with the PUE it contains."""

from datafootprint.energy.epoch import published_energy
from datafootprint.job import logged_to
from datafootprint.tables import read_rows, write_rows

with logged_to(snakemake.log[0]):
    table = read_rows(snakemake.input[0], "energy_per_epoch")
    energy = published_energy(table, snakemake.params.pue["in_measurement"])
    write_rows(energy, snakemake.output[0], "energy_per_epoch")
