"""Train on subsets of coloured digits and test where colour helps and where it misleads."""

from datafootprint.job import run
from datafootprint.tables import write_table
from lab.bias_experiment import measure_bias
from lab.lab_tables import Bias


def main(snakemake):
    table = measure_bias(snakemake.params.bias, snakemake.threads)
    write_table(table, snakemake.output[0], Bias)


if __name__ == "__main__":
    run(main, snakemake)
