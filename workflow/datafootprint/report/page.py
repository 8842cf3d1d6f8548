"""The report: one HTML file that needs no network and runs no script."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from datafootprint.footprint.carbon import person_emissions
from datafootprint.literature.methods import METHODS
from datafootprint.published import PUBLISHED_DATASET
from datafootprint.report.frugality import frugality_context
from datafootprint.report.hub import hub_section
from datafootprint.report.labels import labels_section
from datafootprint.report.numbers import between, energy, energy_between, rounded
from datafootprint.report.published import published_context
from datafootprint.report.sources import sources_table
from datafootprint.report.tables import (
    emissions_table,
    energy_table,
    runs_table,
    usage_table,
)
from datafootprint.report.uncertainty import uncertainty_context
from datafootprint.tables import Row

GASES = {"co2": "CO\N{SUBSCRIPT TWO}", "co2e": "CO\N{SUBSCRIPT TWO}e"}


def render_page(
    tables: Mapping[str, Sequence[Row]],
    published_runs: Sequence[Row],
    figures: Mapping[str, str | Path],
    config: Mapping[str, Any],
    per_capita: Iterable[Row],
) -> str:
    """Render the report.

    Parameters
    ----------
    tables : mapping of str to rows
        The tables of the workflow by name; those of the Hub, of two sources of publications and of
        an audit may be absent, and their sections with them.
    published_runs : rows
        Training runs from the published inputs, in the columns of the table `training_runs`.
    figures : mapping of str to path
        SVG files by name.
    config : mapping
        The configuration of the run.
    per_capita : rows
        gas_basis, t_per_person.

    Returns
    -------
    str
        HTML; all text from tables and configuration is escaped.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rounded"] = rounded
    environment.filters["energy"] = energy
    training = {row["method"]: row for row in tables["training_emissions"]}
    storage = {row["method"]: row for row in tables["storage_emissions"]}
    headline = config["methods"]["headline"]
    gas_basis = training[headline]["gas_basis"]
    return environment.get_template("page.html.j2").render(
        style=(Path(__file__).parent / "page.css").read_text(encoding="utf-8"),
        dataset=config["dataset"]["name"],
        paper=published_context(tables["published_check"], published_runs, tables["training_runs"])
        if config["dataset"]["name"] == PUBLISHED_DATASET
        else None,
        between=between,
        energy_between=energy_between,
        config=config,
        methods=METHODS,
        headline=headline,
        training=training,
        storage=storage,
        gas=GASES[gas_basis],
        per_capita_t=person_emissions(config["carbon"], gas_basis, per_capita).magnitude,
        projection=tables["projection"],
        usage=usage_table(tables["projection"]),
        runs=runs_table(tables["training_runs"]),
        energy=energy_table(tables["energy_per_epoch"]),
        training_table=emissions_table(tables["training_emissions"], "training"),
        storage_table=emissions_table(tables["storage_emissions"], "storage"),
        sources=sources_table(
            tables["usage_counts"],
            tables["publications"],
            tables["energy_per_epoch"],
            training[headline]["carbon_source"],
            config["training"],
        ),
        frugality=frugality_context(tables, config),
        uncertainty=uncertainty_context(tables, config["uncertainty"]["priors"], headline),
        labels=labels_section(
            tables["usage_counts"], tables["classification"], tables.get("audit_agreement", ())
        ),
        hub=hub_section(
            tables["hub_copies"], tables["hub_downloads_per_run"], config["hub"]["search"]
        )
        if "hub_copies" in tables
        else None,
        compared=tables.get("publications_compared"),
        gases=GASES,
        figures={name: _data_uri(path) for name, path in figures.items()},
    )


def _data_uri(path: str | Path) -> str:
    encoded = base64.b64encode(Path(path).read_bytes()).decode("ascii")
    return f"data:image/svg+xml;base64,{encoded}"
