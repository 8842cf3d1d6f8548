"""Write the report page."""

from pathlib import Path

from datafootprint.files import write_atomically
from datafootprint.job import logged_to
from datafootprint.literature.runs import estimate_runs
from datafootprint.report.page import render_page
from datafootprint.tables import read_rows

OTHERS = ("figures", "published_projection", "published_publications")

with logged_to(snakemake.log[0]):
    # Inputs are called as the schema of their table; [] is one that is not made.
    tables = {
        name: read_rows(path, name)
        for name, path in snakemake.input.items()
        if path and name not in OTHERS
    }
    published_runs = estimate_runs(
        read_rows(snakemake.input.published_projection, "projection"),
        read_rows(snakemake.input.published_publications, "publications"),
    )
    page = render_page(
        tables,
        published_runs,
        {Path(path).stem: path for path in snakemake.input.figures},
        snakemake.params.config,
        snakemake.params.run,
    )
    write_atomically(snakemake.output[0], page)
