"""Carry the uncertainty from the papers to the tonnes, and bridge the methods."""

from datafootprint.all_tables import read_inputs
from datafootprint.footprint.emissions import read_footprint
from datafootprint.job import run
from datafootprint.tables import write_table
from datafootprint.uncertainty.bridge import build_bridge
from datafootprint.uncertainty.chain_inputs import join_inputs
from datafootprint.uncertainty.propagate import propagate_uncertainty
from datafootprint.uncertainty.uncertainty_tables import Bridge, Uncertainty


def main(snakemake):
    sections, output = snakemake.params.sections, snakemake.output
    tables = read_inputs(snakemake.input)
    inputs, footprint = join_inputs(tables, sections), read_footprint(tables, sections)
    draws, seed = sections["uncertainty"]["draws"], sections["uncertainty"]["seed"]
    table = propagate_uncertainty(inputs, footprint, draws, seed)
    write_table(table, output.uncertainty, Uncertainty)
    bridge = build_bridge(inputs, footprint, tables["siting_by_year"], seed)
    write_table(bridge, output.bridge, Bridge)


if __name__ == "__main__":
    run(main, snakemake)
