"""Estimate energy and emissions of the stored copies."""

from datafootprint.footprint.carbon import carbon_intensity, person_emissions
from datafootprint.footprint.emissions import estimate_storage
from datafootprint.job import logged_to
from datafootprint.tables import read_rows, write_rows

with logged_to(snakemake.log[0]):
    runs = read_rows(snakemake.input.runs, "training_runs")
    intensities = read_rows(snakemake.input.intensities, "carbon_intensity_by_year")
    per_capita = read_rows(snakemake.input.per_capita, "per_capita_emissions")
    carbon = snakemake.params.carbon
    years = sorted({row["year"] for row in runs})
    intensity = carbon_intensity(carbon, intensities, years)
    emissions = estimate_storage(
        runs,
        snakemake.params.storage,
        snakemake.params.dataset["size_gb"],
        intensity,
        person_emissions(carbon, intensity.gas_basis, per_capita),
    )
    write_rows(emissions, snakemake.output[0], "storage_emissions")
