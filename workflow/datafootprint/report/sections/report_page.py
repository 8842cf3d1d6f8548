"""The report: one HTML file that needs no network; its script only computes the panel "What if"."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from datafootprint.energy.epoch import PUBLISHED_SOURCE, unfit_energy
from datafootprint.literature.runs import estimate_runs
from datafootprint.report.citation import bibtex
from datafootprint.report.figures.inline import inline_svg
from datafootprint.report.sections.answer_section import answer_section
from datafootprint.report.sections.bridge_section import bridge_section
from datafootprint.report.sections.estimate_section import estimate_section, impacts_table
from datafootprint.report.sections.frugality_section import frugality_section
from datafootprint.report.sections.hub_section import hub_section
from datafootprint.report.sections.labels_section import labels_section
from datafootprint.report.sections.paper_section import paper_section
from datafootprint.report.sections.papers_read_section import papers_read_section
from datafootprint.report.sections.sources_section import few_papers, sources_section
from datafootprint.report.sections.uncertainty_section import uncertainty_section
from datafootprint.report.sections.what_if_section import script_json, what_if_section
from datafootprint.report.text_tables import TextTable, abstracts_table, footprint_of
from datafootprint.report.wording import (
    GASES,
    between,
    energy,
    energy_between,
    method_title,
    percent,
    rounded,
    source_words,
    subscript,
)
from datafootprint.tables import records_of
from datafootprint.uncertainty.priors import read_priors, with_measured_spread

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Section:
    """A section of the page: its anchor, which also names its template, and its heading."""

    name: str
    title: str


#: In the order of the page. One whose context in `render_page` is empty is left out.
SECTIONS = (
    Section("answer", "The answer"),
    Section("what_if", "What if"),
    Section("paper", "What is wrong with the published number"),
    Section("papers_read", "What reading the papers shows"),
    Section("bridge", "What the papers did, step by step"),
    Section("uncertainty", "How sure is it"),
    Section("estimate", "The estimate by method and year"),
    Section("projection", "The years: counted and projected"),
    Section("labels", "How the papers were labelled"),
    Section("publications", "Two counts of the literature"),
    Section("scenarios", "Scenarios"),
    Section("energy", "Energy per epoch"),
    Section("frugality", "What training on less data saves"),
    Section("hub", "Copies on the Hugging Face Hub"),
    Section("impacts", "Impacts beside the electricity"),
    Section("sources", "What was assumed, and the sources"),
    Section("files", "Tables and figures as files"),
    Section("cite", "How to cite, and this run"),
)


def render_page(
    tables: Mapping[str, pd.DataFrame],
    texts: Mapping[str, TextTable],
    figures: Mapping[str, str | Path],
    config: Mapping[str, Any],
    run: Mapping[str, Any],
) -> str:
    """Render the report as HTML in which all text from tables and configuration is escaped.

    `tables` are `contents.PAGE_TABLES`; a section whose table has no row is left out. `texts` are
    the tables for people, `figures` the paths of SVG files, both by name. `run` has the `version`,
    `commit` and `date` of this run, the `venue` that is read, whether its papers are `invented`,
    what `differs` from the default configuration, and the `card` (`citation.footprint_card`)
    and the `tables` in its folder of results.
    """
    headline, energy_rows = config["methods"]["headline"], tables["energy_per_epoch"]
    years, footprint = tables["projection"]["year"], footprint_of(tables, config)
    paper = hub = None
    if not tables["published_check"].empty:
        published_runs = estimate_runs(
            tables["published_projection"], tables["published_publications"]
        )
        paper = paper_section(
            tables["published_check"],
            tables["published_projection"],
            published_runs,
            tables["training_runs"],
        )
    if not tables["hub_copies"].empty:
        hub = hub_section(
            tables["hub_copies"], tables["hub_downloads_per_run"], config["hub"]["search"]
        )
    impacts = tables["additional_impacts"]
    estimate = estimate_section(tables, config)
    priors = read_priors(config["uncertainty"]["priors"])
    priors = with_measured_spread(priors, energy_rows, config["training"])
    uncertainty = uncertainty_section(tables, priors, headline)
    script = (FOLDER / "page.js").read_text(encoding="utf-8")
    drawn = {name: inline_svg(path) for name, path in figures.items()}
    contexts = {
        "answer": answer_section(tables, config, footprint),
        "what_if": what_if_section(tables, config, footprint, priors, run["differs"]),
        "paper": paper,
        "papers_read": papers_read_section(tables["classification_check"]),
        "bridge": bridge_section(tables["bridge"]),
        "uncertainty": uncertainty,
        "estimate": estimate,
        "projection": {"abstracts": abstracts_table(tables["abstract_mentions"])},
        "labels": labels_section(
            tables["usage_counts"], tables["classification"], tables["audit_agreement"]
        ),
        "publications": records_of(tables["publications_compared"]),
        "scenarios": len(texts["scenarios"].rows) > 1,
        "energy": texts["energy_per_epoch"].rows,
        "frugality": None if tables["frugality"].empty else frugality_section(tables, config),
        "hub": hub,
        "impacts": None if impacts.empty else impacts_table(impacts, headline),
        "sources": sources_section(
            tables, config, run["venue"], footprint.configured.per_person.magnitude, bool(paper)
        ),
        "files": {
            "tables": list(texts),
            "figures": sorted(figures),
            "all_digits": run["tables"],
        },
        "cite": {"bibtex": bibtex(config["dataset"]["name"], run)},
    }
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            contexts,
            sections=[section for section in SECTIONS if contexts[section.name]],
            style=(FOLDER / "page.css").read_text(encoding="utf-8"),
            script=script,
            script_hash=_csp_hash(script),
            footprint_json=script_json(run["card"]),
            namer=count(1).__next__,
            dataset=config["dataset"]["name"],
            headline=headline,
            gas=subscript(GASES[estimate["training"]["gas_basis"]]),
            config=config,
            run=run,
            texts=texts,
            figures=drawn,
            counts={
                "first": years.min(),
                "last": years.max(),
                "few_papers": few_papers(tables["usage_counts"], run["venue"]),
            },
            unfit_energy=unfit_energy(energy_rows, config["training"]),
            middle=uncertainty["tiers"][1]["ranges"],
            world_source=footprint.world.intensity.source if footprint.world else None,
            energy_by_paper=paper and (energy_rows["source"] == PUBLISHED_SOURCE).any(),
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
    found.filters |= {
        "rounded": rounded,
        "energy": energy,
        "subscript": subscript,
        "method_title": method_title,
        "source_words": source_words,
        "percent": percent,
    }
    found.globals |= {"between": between, "energy_between": energy_between}
    return found


def _csp_hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
