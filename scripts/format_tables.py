"""Lay out the tables for people."""

from pathlib import Path

from datafootprint.files import write_atomically
from datafootprint.job import logged_to
from datafootprint.report.tables import emissions_table, energy_table, runs_table, usage_table
from datafootprint.tables import read_rows

with logged_to(snakemake.log[0]):
    given = snakemake.input
    tables = {
        "energy_per_epoch": energy_table(read_rows(given.energy, "energy_per_epoch")),
        "usage": usage_table(read_rows(given.projection, "projection")),
        "training_runs": runs_table(read_rows(given.runs, "training_runs")),
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
