"""Write the report page and the tables for people."""

from pathlib import Path

from datafootprint.files import write_atomically
from datafootprint.job import run
from datafootprint.report.inputs import read_inputs
from datafootprint.report.sections.report_page import render_page
from datafootprint.report.text_tables import text_tables


def main(snakemake):
    config = snakemake.params.config
    paths = dict(snakemake.input.items())
    figures = {Path(path).stem: path for path in paths.pop("figures")}
    tables = read_inputs(paths)
    texts = text_tables(tables, config)
    page = render_page(tables, texts, figures, config, snakemake.params.run)
    write_atomically(snakemake.output.page, page)
    for path in map(Path, snakemake.output.tables):
        write_atomically(path, texts[path.stem].text(path.suffix))


if __name__ == "__main__":
    run(main, snakemake)
