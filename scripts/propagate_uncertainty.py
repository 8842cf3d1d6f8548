"""Carry the uncertainty from the papers to the tonnes, and draw the ranges and the bridge."""

from datafootprint.footprint.emissions import read_footprint
from datafootprint.footprint.footprint_tables import (
    CarbonIntensityByYear,
    PerCapitaEmissions,
    SitingByYear,
)
from datafootprint.job import run
from datafootprint.report.figures.factor_figures import draw_bridge, draw_ranges
from datafootprint.report.figures.style import save
from datafootprint.tables import read_table, write_table
from datafootprint.uncertainty.bridge import build_bridge
from datafootprint.uncertainty.chain_inputs import read_inputs, read_tables
from datafootprint.uncertainty.propagate import propagate_uncertainty
from datafootprint.uncertainty.uncertainty_tables import Bridge, Uncertainty


def main(snakemake):
    given, output, sections = snakemake.input, snakemake.output, snakemake.params.sections
    tables = read_tables(given)
    inputs = read_inputs(tables, sections)
    footprint = read_footprint(
        sections,
        tables["energy"],
        read_table(given.intensities, CarbonIntensityByYear),
        read_table(given.per_capita, PerCapitaEmissions),
        inputs.years.index,
    )
    draws, seed = sections["uncertainty"]["draws"], sections["uncertainty"]["seed"]
    table = propagate_uncertainty(inputs, footprint, draws, seed)
    write_table(table, output.uncertainty, Uncertainty)
    save(draw_ranges(sections, table), output.ranges_figure)
    siting = read_table(given.siting, SitingByYear) if sections["grid_is_world"] else None
    bridge = build_bridge(inputs, footprint, siting, seed)
    write_table(bridge, output.bridge, Bridge)
    save(draw_bridge(sections, bridge), output.bridge_figure)


if __name__ == "__main__":
    run(main, snakemake)
