"""Compare every printed value with the recomputed one."""

from datafootprint.all_tables import read_inputs
from datafootprint.job import run
from datafootprint.report.check import check_published
from datafootprint.report.report_tables import PublishedCheck
from datafootprint.tables import write_table


def main(snakemake):
    tables = read_inputs(snakemake.input)
    check = check_published(
        tables["values"],
        tables["usage_counts"],
        tables["published_projection"],
        tables["publications"],
        tables["energy_per_epoch"],
    )
    write_table(check, snakemake.output[0], PublishedCheck)


if __name__ == "__main__":
    run(main, snakemake)
