"""The report: one HTML file that needs no network and runs no script."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from datafootprint.energy.epoch import PUBLISHED_SOURCE
from datafootprint.footprint.emissions import read_footprint
from datafootprint.legacy_tables import Row
from datafootprint.published import PUBLISHED_DATASET
from datafootprint.report.assumptions import assumptions_section
from datafootprint.report.by_year import by_year_table
from datafootprint.report.estimate import estimate_section
from datafootprint.report.frugality import frugality_context
from datafootprint.report.hub import hub_section
from datafootprint.report.impacts import impacts_table
from datafootprint.report.labels import labels_section
from datafootprint.report.numbers import between, energy, energy_between, rounded, subscript
from datafootprint.report.published import published_context
from datafootprint.report.sources import few_papers
from datafootprint.report.tables import GASES, energy_table, runs_table, usage_table
from datafootprint.report.uncertainty import uncertainty_context
from datafootprint.uncertainty.priors import read_priors, with_measured_spread

FOLDER = Path(__file__).parent


def render_page(
    tables: Mapping[str, Sequence[Row]],
    published_runs: Sequence[Row],
    figures: Mapping[str, str | Path],
    config: Mapping[str, Any],
    run: Mapping[str, Any],
) -> str:
    """Render the report.

    Parameters
    ----------
    tables : mapping of str to rows
        The tables of the workflow by name; those of the Hub, of two sources of publications, of an
        audit and of additional impacts may be absent, and their sections with them.
    published_runs : rows
        Training runs from the published inputs, in the columns of the table `training_runs`.
    figures : mapping of str to path
        SVG files by name.
    config : mapping
        The configuration of the run.
    run : mapping
        `version` of the project, `venue` that is read, `differs` (key -> value as text) from the
        default configuration.

    Returns
    -------
    str
        HTML; all text from tables and configuration is escaped.
    """
    headline, dataset = config["methods"]["headline"], config["dataset"]["name"]
    energy_rows, projection = tables["energy_per_epoch"], tables["projection"]
    years = [row["year"] for row in projection]
    footprint = read_footprint(
        config,
        energy_rows,
        pd.DataFrame(tables["carbon_intensity_by_year"]),
        pd.DataFrame(tables["per_capita_emissions"]),
        years,
    )
    paper = None
    if dataset == PUBLISHED_DATASET:
        paper = published_context(
            tables["published_check"], published_runs, tables["training_runs"]
        )
    by_year = by_year_table(tables["training_runs"], headline, footprint)
    estimate = estimate_section(tables, config, paper, by_year)
    priors = read_priors(config["uncertainty"]["priors"])
    priors = with_measured_spread(priors, energy_rows, config["training"])
    hub = impacts = None
    if "hub_copies" in tables:
        downloads = tables["hub_downloads_per_run"]
        hub = hub_section(tables["hub_copies"], downloads, config["hub"]["search"])
    if "additional_impacts" in tables:
        impacts = impacts_table(tables["additional_impacts"], headline)
    template = _environment().get_template("page.html.j2")
    return template.render(
        style=(FOLDER / "page.css").read_text(encoding="utf-8"),
        dataset=dataset,
        headline=headline,
        gas=subscript(GASES[estimate["training"]["gas_basis"]]),
        config=config,
        run=run,
        figures={name: _data_uri(path) for name, path in figures.items()},
        paper=paper,
        counts={
            "first": years[0],
            "last": years[-1],
            "few_papers": few_papers(tables["usage_counts"], run["venue"]),
            "usage_table": usage_table(projection),
            "runs_table": runs_table(tables["training_runs"]),
        },
        estimate=estimate,
        uncertainty=uncertainty_context(tables, priors, headline),
        world_source=footprint.world.intensity.source if footprint.world else None,
        assumptions=assumptions_section(
            tables, config, run["venue"], footprint.configured.per_person.magnitude
        ),
        labels=labels_section(
            tables["usage_counts"], tables["classification"], tables.get("audit_agreement", ())
        ),
        compared=tables.get("publications_compared"),
        energy={
            "table": energy_table(energy_rows),
            "measured_by_paper": any(row["source"] == PUBLISHED_SOURCE for row in energy_rows),
        },
        frugality=frugality_context(tables, config),
        hub=hub,
        impacts=impacts,
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"rounded": rounded, "energy": energy, "subscript": subscript}
    environment.globals |= {"between": between, "energy_between": energy_between}
    return environment


def _data_uri(path: str | Path) -> str:
    encoded = base64.b64encode(Path(path).read_bytes()).decode("ascii")
    return f"data:image/svg+xml;base64,{encoded}"
