"""The report: one HTML file that needs no network and runs no script."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from datafootprint.energy.epoch import PUBLISHED_SOURCE, unfit_energy
from datafootprint.literature.runs import estimate_runs
from datafootprint.report.sections.estimate_section import estimate_section, impacts_table
from datafootprint.report.sections.frugality_section import frugality_section
from datafootprint.report.sections.hub_section import hub_section
from datafootprint.report.sections.labels_section import labels_section
from datafootprint.report.sections.paper_section import paper_section
from datafootprint.report.sections.sources_section import few_papers, sources_section
from datafootprint.report.sections.uncertainty_section import uncertainty_section
from datafootprint.report.text_tables import TextTable, footprint_of
from datafootprint.report.wording import (
    GASES,
    between,
    energy,
    energy_between,
    rounded,
    subscript,
)
from datafootprint.tables import records_of
from datafootprint.uncertainty.priors import read_priors, with_measured_spread

FOLDER = Path(__file__).parent


def render_page(
    tables: Mapping[str, pd.DataFrame],
    texts: Mapping[str, TextTable],
    figures: Mapping[str, str | Path],
    config: Mapping[str, Any],
    run: Mapping[str, Any],
) -> str:
    """Render the report as HTML in which all text from tables and configuration is escaped.

    `tables` are `contents.PAGE_TABLES`; a section whose table has no row is left out. `texts` are
    the tables for people, `figures` the paths of SVG files, both by name. `run` has the `version`
    of the project, the `venue` that is read, and what `differs` from the default configuration.
    """
    headline, energy_rows = config["methods"]["headline"], tables["energy_per_epoch"]
    years, footprint = tables["projection"]["year"], footprint_of(tables, config)
    paper = hub = None
    if not tables["published_check"].empty:
        published_runs = estimate_runs(
            tables["published_projection"], tables["published_publications"]
        )
        paper = paper_section(tables["published_check"], published_runs, tables["training_runs"])
    if not tables["hub_copies"].empty:
        hub = hub_section(
            tables["hub_copies"], tables["hub_downloads_per_run"], config["hub"]["search"]
        )
    impacts = tables["additional_impacts"]
    estimate = estimate_section(tables, config, paper)
    priors = read_priors(config["uncertainty"]["priors"])
    priors = with_measured_spread(priors, energy_rows, config["training"])
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            style=(FOLDER / "page.css").read_text(encoding="utf-8"),
            dataset=config["dataset"]["name"],
            headline=headline,
            gas=subscript(GASES[estimate["training"]["gas_basis"]]),
            config=config,
            run=run,
            texts=texts,
            figures={name: _data_uri(path) for name, path in figures.items()},
            paper=paper,
            counts={
                "first": years.min(),
                "last": years.max(),
                "few_papers": few_papers(tables["usage_counts"], run["venue"]),
            },
            unfit_energy=unfit_energy(energy_rows, config["training"]),
            estimate=estimate,
            uncertainty=uncertainty_section(tables, priors, headline),
            world_source=footprint.world.intensity.source if footprint.world else None,
            sources=sources_section(
                tables, config, run["venue"], footprint.configured.per_person.magnitude, bool(paper)
            ),
            labels=labels_section(
                tables["usage_counts"], tables["classification"], tables["audit_agreement"]
            ),
            compared=records_of(tables["publications_compared"]),
            energy_by_paper=paper and (energy_rows["source"] == PUBLISHED_SOURCE).any(),
            frugality=None if tables["frugality"].empty else frugality_section(tables, config),
            hub=hub,
            impacts=None if impacts.empty else impacts_table(impacts, headline),
        )
    )


def environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"rounded": rounded, "energy": energy, "subscript": subscript}
    found.globals |= {"between": between, "energy_between": energy_between}
    return found


def _data_uri(path: str | Path) -> str:
    encoded = base64.b64encode(Path(path).read_bytes()).decode("ascii")
    return f"data:image/svg+xml;base64,{encoded}"
