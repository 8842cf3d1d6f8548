"""Write the report page."""

from pathlib import Path

import pandas as pd

from datafootprint.files import write_atomically
from datafootprint.job import run
from datafootprint.legacy_tables import read_rows
from datafootprint.literature.runs import estimate_runs
from datafootprint.report.page import render_page
from datafootprint.tables import records_of

OTHERS = ("figures", "published_projection", "published_publications")


def main(snakemake):
    # Inputs are called as the schema of their table; [] is one that is not made.
    tables = {
        name: read_rows(path, name)
        for name, path in snakemake.input.items()
        if path and name not in OTHERS
    }
    published_runs = records_of(
        estimate_runs(
            pd.DataFrame(read_rows(snakemake.input.published_projection, "projection")),
            pd.DataFrame(read_rows(snakemake.input.published_publications, "publications")),
        )
    )
    page = render_page(
        tables,
        published_runs,
        {Path(path).stem: path for path in snakemake.input.figures},
        snakemake.params.config,
        snakemake.params.run,
    )
    write_atomically(snakemake.output[0], page)


if __name__ == "__main__":
    run(main, snakemake)
