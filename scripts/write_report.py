"""Write the report page."""

from pathlib import Path

from datafootprint.files import write_atomically
from datafootprint.job import logged_to
from datafootprint.literature.runs import estimate_runs
from datafootprint.report.page import render_page
from datafootprint.tables import read_rows
from datafootprint.uncertainty.priors import read_priors, with_measured_spread
from datafootprint.uncertainty.propagate import read_footprint

OTHERS = ("figures", "published_projection", "published_publications")

with logged_to(snakemake.log[0]):
    # Inputs are called as the schema of their table; [] is one that is not made.
    tables = {
        name: read_rows(path, name)
        for name, path in snakemake.input.items()
        if path and name not in OTHERS
    }
    config, energy = snakemake.params.config, tables["energy_per_epoch"]
    published_runs = estimate_runs(
        read_rows(snakemake.input.published_projection, "projection"),
        read_rows(snakemake.input.published_publications, "publications"),
    )
    page = render_page(
        tables,
        published_runs,
        {Path(path).stem: path for path in snakemake.input.figures},
        config,
        with_measured_spread(
            read_priors(config["uncertainty"]["priors"]), energy, config["training"]
        ),
        read_footprint(
            config,
            energy,
            tables["carbon_intensity_by_year"],
            tables["per_capita_emissions"],
            [row["year"] for row in tables["projection"]],
        ),
        snakemake.params.run,
    )
    write_atomically(snakemake.output[0], page)
