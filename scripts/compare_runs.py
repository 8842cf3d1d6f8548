"""Put the settings and results of another run beside those of this one."""

from datafootprint.files import write_atomically
from datafootprint.job import run
from datafootprint.report.compared_runs import compare_runs, compared_table
from datafootprint.report.report_tables import Compared
from datafootprint.tables import write_table


def main(snakemake):
    compared = compare_runs("results", snakemake.params.other)
    write_table(compared, snakemake.output.table, Compared)
    write_atomically(snakemake.output.markdown, compared_table(compared).text(".md"))


if __name__ == "__main__":
    run(main, snakemake)
