"""The report page from the tables of a results folder."""

from datafootprint.report.contents import PAGE_TABLES
from datafootprint.report.inputs import read_inputs
from datafootprint.report.sections.report_page import render_page
from datafootprint.report.text_tables import text_tables


def page_tables(project):
    """Read the tables of the page from a project in which the default run has finished."""
    dataset = project / "data" / "imagenet-1k"
    folders = (project / "results", project / "data" / "factors")
    paths = {
        name: next(
            (str(path) for folder in folders if (path := folder / f"{name}.csv").exists()), ""
        )
        for name in PAGE_TABLES
    }
    return read_inputs(paths | {"published_publications": str(dataset / "publications.csv")})


def page_of(project, tables, config, run):
    """Render the page with the figures of the project."""
    figures = {path.stem: path for path in (project / "results" / "figures").glob("*.svg")}
    return render_page(tables, text_tables(tables, config), figures, config, run)
