"""The report page from the tables of a results folder."""

from datafootprint.all_tables import read_inputs
from datafootprint.footprint.emissions import read_footprint
from datafootprint.report.contents import PAGE_TABLES
from datafootprint.report.scenarios import compare_scenarios
from datafootprint.report.sections.report_page import render_page
from datafootprint.report.text_tables import text_tables

#: Facts about the run that a page prints, unless a test gives its own.
RUN = {"commit": "", "date": "2026-01-01", "invented": False, "few_papers": None}
RUN |= {"card": {}, "tables": [], "figures": []}
FACTORS = ("carbon_intensity_by_year", "per_capita_emissions", "energy_to_accuracy")


def page_tables(project):
    """Read the tables of the page from a project in which the default run has finished."""
    results, data = project / "results", project / "data"
    paths = {name: results / f"{name}.csv" for name in [*PAGE_TABLES, "published_check"]}
    paths |= {name: data / "factors" / f"{name}.csv" for name in FACTORS}
    paths["published_publications"] = data / "imagenet-1k" / "publications.csv"
    return read_inputs({name: path if path.exists() else "" for name, path in paths.items()})


def page_of(project, tables, config, run):
    """Render the page with the figures of the project."""
    figures = {path.stem: path for path in (project / "results" / "figures").glob("*.svg")}
    footprint = read_footprint(tables, config)
    tables = tables | {"scenarios": compare_scenarios(tables, config, config["scenarios"])}
    texts = text_tables(tables, config, footprint)
    return render_page(tables, texts, figures, footprint, config, RUN | run)
