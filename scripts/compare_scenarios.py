"""Compare countries and scenarios, and draw them."""

from datafootprint.all_tables import read_inputs
from datafootprint.job import run
from datafootprint.report.figures.factor_figures import draw_scenarios
from datafootprint.report.figures.style import save
from datafootprint.report.report_tables import Scenarios
from datafootprint.report.scenarios import compare_scenarios
from datafootprint.tables import write_table


def main(snakemake):
    config = snakemake.params.config
    scenarios = compare_scenarios(read_inputs(snakemake.input), config, config["scenarios"])
    write_table(scenarios, snakemake.output.table, Scenarios)
    save(draw_scenarios(scenarios), snakemake.output.figure)


if __name__ == "__main__":
    run(main, snakemake)
