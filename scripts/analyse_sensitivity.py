"""Rank the sources of uncertainty, draw them, and compare what could be observed next."""

from datafootprint.all_tables import read_inputs
from datafootprint.job import run
from datafootprint.report.figures.sensitivity_figure import draw_sensitivity
from datafootprint.report.figures.style import save
from datafootprint.tables import write_table
from datafootprint.uncertainty.chain_inputs import join_inputs
from datafootprint.uncertainty.planning import plan_next_observation
from datafootprint.uncertainty.sensitivity import analyse_sensitivity
from datafootprint.uncertainty.uncertainty_tables import NextObservation, Sensitivity


def main(snakemake):
    sections, output = snakemake.params.sections, snakemake.output
    seed = sections["uncertainty"]["seed"]
    inputs = join_inputs(read_inputs(snakemake.input), sections)
    sensitivity = analyse_sensitivity(inputs, seed)
    write_table(sensitivity, output.sensitivity, Sensitivity)
    save(draw_sensitivity(sections, sensitivity), output.figure)
    write_table(plan_next_observation(inputs, seed), output.plan, NextObservation)


if __name__ == "__main__":
    run(main, snakemake)
