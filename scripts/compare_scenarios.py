"""Compare countries and scenarios, and draw what the factors move."""

from datafootprint.job import run
from datafootprint.report.contents import FACTOR_FIGURES
from datafootprint.report.figures.style import save
from datafootprint.report.inputs import read_inputs
from datafootprint.report.report_tables import Scenarios
from datafootprint.report.scenarios import compare_scenarios
from datafootprint.tables import write_table


def main(snakemake):
    config = snakemake.params.config
    tables = read_inputs(snakemake.input)
    tables["scenarios"] = compare_scenarios(tables, config, config["scenarios"])
    write_table(tables["scenarios"], snakemake.output.table, Scenarios)
    for name, figure in FACTOR_FIGURES.items():
        given = [tables[table] for table in figure.tables]
        save(figure.draw(config, *given), snakemake.output[name])


if __name__ == "__main__":
    run(main, snakemake)
