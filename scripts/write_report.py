"""Write the report page, the tables, the check of the paper, and the footprint for machines."""

import json
from datetime import UTC, datetime
from pathlib import Path

from datafootprint.all_tables import read_inputs
from datafootprint.files import write_atomically
from datafootprint.footprint.emissions import read_footprint
from datafootprint.job import run
from datafootprint.report.check import check_published
from datafootprint.report.citation import commit_of, footprint_card, markdown_card, read_sources
from datafootprint.report.report_tables import PublishedCheck, Scenarios
from datafootprint.report.scenarios import compare_scenarios
from datafootprint.report.sections.report_page import render_page
from datafootprint.report.sections.sources_section import few_papers
from datafootprint.report.text_tables import text_tables
from datafootprint.tables import write_table


def main(snakemake):
    config, places, output = snakemake.params.config, snakemake.params.places, snakemake.output
    paths = dict(snakemake.input.items())
    figures = {Path(path).stem: path for path in paths.pop("figures")}
    tables = read_inputs(paths)
    tables["published_check"] = check_published(tables)
    if output.check:
        write_table(tables["published_check"], output.check, PublishedCheck)
    tables["scenarios"] = compare_scenarios(tables, config, config["scenarios"])
    write_table(tables["scenarios"], output.scenarios, Scenarios)
    about = snakemake.params.run | {
        "commit": commit_of(places.root),
        "date": datetime.now(UTC).date().isoformat(),
        "few_papers": few_papers(tables["usage_counts"], snakemake.params.run["venue"]),
        "sources": read_sources(f"{places.data}/sources.csv"),
        "tables": [name for name, path in paths.items() if str(path).startswith("results/")],
    }
    card, footprint = footprint_card(tables, config, about), read_footprint(tables, config)
    texts = text_tables(tables, config, footprint)
    page = render_page(tables, texts, figures, footprint, config, about | {"card": card})
    write_atomically(output.page, page)
    write_atomically(output.card, json.dumps(card, indent=1, ensure_ascii=False))
    write_atomically(output.markdown, markdown_card(tables, config, about))
    for path in map(Path, output.tables):
        write_atomically(path, texts[path.stem].text(path.suffix, path.stem))


if __name__ == "__main__":
    run(main, snakemake)
