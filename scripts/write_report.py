"""Write the report page."""

from pathlib import Path

from datafootprint.files import write_atomically
from datafootprint.job import logged_to
from datafootprint.report.page import render_page
from datafootprint.tables import read_rows

with logged_to(snakemake.log[0]):
    # Every input but the figures is called as the schema of its table; [] is one that is not made.
    tables = {
        name: read_rows(path, name)
        for name, path in snakemake.input.items()
        if path and name != "figures"
    }
    page = render_page(
        tables,
        {Path(path).stem: path for path in snakemake.input.figures},
        snakemake.params.config,
        tables.pop("per_capita_emissions"),
    )
    write_atomically(snakemake.output[0], page)
