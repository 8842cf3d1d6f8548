"""Estimate embodied emissions and water use, apart from the totals."""

from datafootprint.energy.epoch import hours_per_run
from datafootprint.footprint.impacts import embodied_impacts, water_impacts
from datafootprint.job import logged_to
from datafootprint.tables import read_rows, write_rows

with logged_to(snakemake.log[0]):
    training = read_rows(snakemake.input.training, "training_emissions")
    storage = read_rows(snakemake.input.storage, "storage_emissions")
    energy = read_rows(snakemake.input.energy, "energy_per_epoch")
    factors = read_rows(snakemake.input.factors, "impact_factors")
    impacts = snakemake.params.config["impacts"]
    settings = snakemake.params.config["training"]
    rows = []
    if impacts["embodied"]:
        hours = hours_per_run(energy, settings)
        rows += embodied_impacts(training, hours, impacts["utilisation"], factors)
    if impacts["water"]:
        # Storage intensities do not say which PUE they contain; none is taken out.
        pue = {"training": settings["pue_target"], "storage": 1.0}
        rows += water_impacts({"training": training, "storage": storage}, pue, factors)
    write_rows(rows, snakemake.output[0], "additional_impacts")
