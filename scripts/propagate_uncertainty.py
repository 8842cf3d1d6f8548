"""Carry the uncertainty from the papers to the tonnes."""

from datafootprint.footprint.chain import read_footprint
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows
from datafootprint.uncertainty.chain import read_inputs
from datafootprint.uncertainty.priors import read_priors, with_measured_spread
from datafootprint.uncertainty.propagate import propagate_uncertainty


def main(snakemake):
    given, sections = snakemake.input, snakemake.params.sections
    projection = read_rows(given.projection, "projection")
    runs = read_rows(given.runs, "training_runs")
    energy = read_rows(given.energy, "energy_per_epoch")
    priors = read_priors(sections["uncertainty"]["priors"])
    priors = with_measured_spread(priors, energy, sections["training"])
    rows = propagate_uncertainty(
        read_inputs(
            read_rows(given.counts, "usage_counts"),
            projection,
            read_rows(given.publications, "publications"),
            read_rows(given.fits, "projection_fits"),
            priors,
        ),
        runs,
        read_footprint(
            sections,
            energy,
            read_rows(given.intensities, "carbon_intensity_by_year"),
            read_rows(given.per_capita, "per_capita_emissions"),
            [row["year"] for row in projection],
        ),
        sections["uncertainty"]["draws"],
        sections["uncertainty"]["seed"],
    )
    write_rows(rows, snakemake.output[0], "uncertainty")


if __name__ == "__main__":
    run(main, snakemake)
