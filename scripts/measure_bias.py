"""Train on subsets of coloured digits and test where colour helps and where it misleads."""

from datafootprint.bias.experiment import measure_bias
from datafootprint.job import logged_to
from datafootprint.tables import write_rows

with logged_to(snakemake.log[0]):
    rows = measure_bias(snakemake.params.bias, snakemake.threads)
    write_rows(rows, snakemake.output[0], "bias")
