"""Lay out the tables for people."""

from pathlib import Path

import pandas as pd

from datafootprint.files import write_atomically
from datafootprint.footprint.emissions import read_footprint
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows
from datafootprint.report.by_year import by_year_table
from datafootprint.report.tables import emissions_table, energy_table, runs_table, usage_table


def main(snakemake):
    given, config = snakemake.input, snakemake.params.config
    energy = read_rows(given.energy, "energy_per_epoch")
    projection = read_rows(given.projection, "projection")
    runs = read_rows(given.runs, "training_runs")
    footprint = read_footprint(
        config,
        energy,
        pd.DataFrame(read_rows(given.intensities, "carbon_intensity_by_year")),
        pd.DataFrame(read_rows(given.per_capita, "per_capita_emissions")),
        [row["year"] for row in projection],
    )
    tables = {
        "energy_per_epoch": energy_table(energy),
        "usage": usage_table(projection),
        "training_runs": runs_table(runs),
        "by_year": by_year_table(runs, config["methods"]["headline"], footprint),
        "training_emissions": emissions_table(
            read_rows(given.training, "training_emissions"), "training"
        ),
        "storage_emissions": emissions_table(
            read_rows(given.storage, "storage_emissions"), "storage"
        ),
    }
    for path in map(Path, snakemake.output):
        table = tables[path.stem]
        formats = {".csv": table.csv, ".md": table.markdown, ".tex": table.latex}
        write_atomically(path, formats[path.suffix]())


if __name__ == "__main__":
    run(main, snakemake)
