"""Write the report page."""

from pathlib import Path

from datafootprint.files import write_atomically
from datafootprint.job import logged_to
from datafootprint.report.page import render_page
from datafootprint.tables import read_rows

TABLES = (
    "projection",
    "training_runs",
    "energy_per_epoch",
    "training_emissions",
    "storage_emissions",
    "published_check",
    "frugality",
    "break_even",
    "energy_to_accuracy",
    "uncertainty",
    "sensitivity",
    "next_observation",
    "backtest",
    "usage_counts",
    "classification",
    "audit_agreement",
    "hub_copies",
    "hub_downloads_per_run",
    "publications_compared",
)

with logged_to(snakemake.log[0]):
    page = render_page(
        {name: read_rows(snakemake.input[name], name) for name in TABLES if snakemake.input[name]},
        {Path(path).stem: path for path in snakemake.input.figures},
        snakemake.params.config,
        read_rows(snakemake.input.per_capita_emissions, "per_capita_emissions"),
    )
    write_atomically(snakemake.output[0], page)
