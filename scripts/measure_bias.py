"""Train on subsets of coloured digits and test where colour helps and where it misleads."""

from datafootprint.bias.experiment import measure_bias
from datafootprint.job import run
from datafootprint.legacy_tables import write_rows


def main(snakemake):
    rows = measure_bias(snakemake.params.bias, snakemake.threads)
    write_rows(rows, snakemake.output[0], "bias")


if __name__ == "__main__":
    run(main, snakemake)
