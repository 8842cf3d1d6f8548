"""The report: one HTML file that needs no network; its script only computes the panel "What if"."""

import base64
import hashlib
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from datafootprint.energy.epoch import PUBLISHED_SOURCE, unfit_energy
from datafootprint.footprint.emissions import Footprint
from datafootprint.literature.methods import METHODS
from datafootprint.literature.runs import counted_years
from datafootprint.report import wording
from datafootprint.report.citation import bibtex
from datafootprint.report.figures.inline import inline_svg
from datafootprint.report.sections.answer_section import answer_section
from datafootprint.report.sections.frugality_section import frugality_section
from datafootprint.report.sections.hub_section import hub_section
from datafootprint.report.sections.labels_section import labels_section
from datafootprint.report.sections.paper_section import paper_section
from datafootprint.report.sections.papers_read_section import papers_read_section
from datafootprint.report.sections.sources_section import sources_section
from datafootprint.report.sections.uncertainty_section import bridge_bars, uncertainty_section
from datafootprint.report.sections.what_if_section import script_json, what_if_section
from datafootprint.report.text_tables import TextTable, laid_out
from datafootprint.tables import records_of
from datafootprint.uncertainty.priors import read_priors

FOLDER = Path(__file__).parent
#: Section, which names its anchor and its template, and its heading, in the order of the page.
SECTIONS = {
    "answer": "The answer",
    "what_if": "What if",
    "paper": "What is wrong with the published number",
    "papers_read": "What reading the papers shows",
    "bridge": "What the papers report, step by step",
    "uncertainty": "How sure is it",
    "estimate": "The estimate by method and year",
    "projection": "The years: counted and projected",
    "labels": "How the papers were labelled",
    "publications": "Two counts of the literature",
    "scenarios": "Scenarios",
    "energy": "Energy per epoch",
    "frugality": "What training on less data saves",
    "hub": "Copies on the Hugging Face Hub",
    "impacts": "Impacts beside the electricity",
    "sources": "What was assumed, and the sources",
    "files": "Tables and figures as files",
    "cite": "How to cite, and this run",
}


def render_page(
    tables: Mapping[str, pd.DataFrame],
    texts: Mapping[str, TextTable],
    figures: Mapping[str, str | Path],
    footprint: Footprint,
    config: Mapping[str, Any],
    run: Mapping[str, Any],
) -> str:
    """Render the report as HTML in which all text from tables and configuration is escaped.

    `tables` are `contents.PAGE_TABLES` and `published_check`; a section whose table has no row is
    left out. `texts` are the tables for people, `figures` the paths of SVG files, both by name.
    `run` has the `version`, `commit` and `date` of this run, the `venue` that is read, whether its
    papers are `invented`, what `differs` from the default configuration, the `card`
    (`citation.footprint_card`), and the `tables` and `figures` in its folder of results.
    """
    headline, energy_rows = config["methods"]["headline"], tables["energy_per_epoch"]
    years, paper = counted_years(tables["training_runs"]), paper_section(tables)
    bridge = tables["bridge"]
    priors = read_priors(config, energy_rows)
    uncertainty = uncertainty_section(tables, priors, headline)
    totals = {use: tables[f"{use}_emissions"] for use in ("training", "storage")}
    estimate = {use: rows.set_index("method").loc[headline] for use, rows in totals.items()}
    contexts = {
        **dict.fromkeys(SECTIONS, True),
        "answer": answer_section(tables, config, footprint),
        "what_if": what_if_section(tables, config, footprint, priors, run["differs"]),
        "paper": paper,
        "bridge": "as_observed" in set(bridge["method"]) and bridge_bars(bridge, headline),
        "papers_read": papers_read_section(tables["classification_check"]),
        "uncertainty": uncertainty,
        "estimate": estimate,
        "labels": labels_section(tables["usage_counts"], tables["classification"]),
        "publications": records_of(tables["publications_compared"]),
        "scenarios": len(texts["scenarios"].rows) > 1,
        "energy": not energy_rows.empty,
        "frugality": frugality_section(tables, config),
        "hub": hub_section(tables["hub_copies"]),
        "impacts": not tables["additional_impacts"].empty,
        "sources": sources_section(tables, config, run["venue"], bool(paper)),
    }
    script = (FOLDER / "page.js").read_text(encoding="utf-8")
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            contexts,
            sections={name: title for name, title in SECTIONS.items() if contexts[name]},
            style=(FOLDER / "page.css").read_text(encoding="utf-8"),
            script=script,
            script_hash=_csp_hash(script),
            footprint_json=script_json(run["card"]),
            bibtex=bibtex(config["dataset"]["name"], run),
            namer=count(1).__next__,
            dataset=config["dataset"]["name"],
            headline=headline,
            gas=wording.subscript(wording.GASES[estimate["training"]["gas_basis"]]),
            config=config,
            run=run,
            methods=METHODS,
            tables=tables,
            texts=texts,
            figures={name: inline_svg(path) for name, path in figures.items()},
            counts={"first": years[0], "last": years[-1]},
            unfit_energy=unfit_energy(energy_rows, config["training"]),
            middle=uncertainty["tiers"][1]["ranges"],
            per_capita_t=footprint.configured.per_person.magnitude,
            world_source=footprint.world.source if footprint.world else None,
            energy_by_paper=paper and (energy_rows["source"] == PUBLISHED_SOURCE).any(),
        )
    )


def environment() -> Environment:
    """Return what renders templates: autoescaping, with the functions of `wording`."""
    found = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("about", "energy", "method_title", "percent", "rounded", "spaced", "subscript"):
        found.filters[name] = getattr(wording, name)
    for name in ("between", "energy_between", "mass"):
        found.globals[name] = getattr(wording, name)
    found.filters["records"], found.globals["laid_out"] = records_of, laid_out
    return found


def _csp_hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
