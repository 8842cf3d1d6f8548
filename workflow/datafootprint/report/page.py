"""The report: one HTML file that needs no network and runs no script."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from datafootprint.energy.epoch import PUBLISHED_SOURCE
from datafootprint.footprint.chain import read_footprint
from datafootprint.literature.methods import METHODS
from datafootprint.published import PUBLISHED_DATASET
from datafootprint.report.by_year import by_year_table
from datafootprint.report.frugality import frugality_context
from datafootprint.report.hub import hub_section
from datafootprint.report.impacts import impacts_table
from datafootprint.report.labels import labels_section
from datafootprint.report.numbers import between, energy, energy_between, rounded
from datafootprint.report.published import published_context
from datafootprint.report.sources import few_papers, sources_table
from datafootprint.report.tables import (
    emissions_table,
    energy_table,
    intensity_source,
    runs_table,
    usage_table,
)
from datafootprint.report.uncertainty import uncertainty_context
from datafootprint.tables import Row
from datafootprint.uncertainty.priors import read_priors, with_measured_spread

GASES = {"co2": "CO\N{SUBSCRIPT TWO}", "co2e": "CO\N{SUBSCRIPT TWO}e"}


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
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rounded"] = rounded
    environment.filters["energy"] = energy
    environment.filters["subscript"] = lambda text: text.replace("CO2", GASES["co2"])
    training = {row["method"]: row for row in tables["training_emissions"]}
    storage = {row["method"]: row for row in tables["storage_emissions"]}
    headline = config["methods"]["headline"]
    gas_basis = training[headline]["gas_basis"]
    energy_rows = tables["energy_per_epoch"]
    footprint = read_footprint(
        config,
        energy_rows,
        tables["carbon_intensity_by_year"],
        tables["per_capita_emissions"],
        [row["year"] for row in tables["projection"]],
    )
    told_intensity = intensity_source(training[headline])
    chosen = (config["training"]["energy_model"], config["training"]["energy_subset"])
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
        per_capita_t=footprint.configured.per_person.magnitude,
        intensity_source=told_intensity,
        world_source=footprint.world.intensity.source if footprint.world else None,
        measured=next(row for row in energy_rows if (row["model"], row["subset"]) == chosen)
        if config["training"]["kwh_per_epoch"] is None
        else None,
        measured_by_paper=any(row["source"] == PUBLISHED_SOURCE for row in energy_rows),
        few_papers=few_papers(tables["usage_counts"], run["venue"]),
        by_year=by_year_table(tables["training_runs"], headline, footprint),
        impacts=impacts_table(tables["additional_impacts"], headline)
        if "additional_impacts" in tables
        else None,
        run=run,
        projection=tables["projection"],
        usage=usage_table(tables["projection"]),
        runs=runs_table(tables["training_runs"]),
        energy=energy_table(energy_rows),
        training_table=emissions_table(tables["training_emissions"], "training"),
        storage_table=emissions_table(tables["storage_emissions"], "storage"),
        sources=sources_table(
            tables["usage_counts"],
            tables["publications"],
            energy_rows,
            told_intensity,
            config["training"],
            run["venue"],
        ),
        frugality=frugality_context(tables, config),
        uncertainty=uncertainty_context(
            tables,
            with_measured_spread(
                read_priors(config["uncertainty"]["priors"]), energy_rows, config["training"]
            ),
            headline,
        ),
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
