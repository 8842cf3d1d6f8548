"""What others take along: the footprint as a machine reads it, as a card, and how to cite it."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from datafootprint.literature.methods import METHODS
from datafootprint.literature.runs import counted_years
from datafootprint.literature.services import VENUE
from datafootprint.report.sections.answer_section import MEASURED, ranges_of
from datafootprint.report.text_tables import TYPED, escaped_markdown
from datafootprint.report.wording import GASES, between, energy, rounded
from datafootprint.tables import records_of
from datafootprint.uncertainty.priors import Tier

#: JSON-LD as Croissant (MLCommons) writes it: schema.org, with terms of its own for the rest.
CONTEXT = {
    "@vocab": "https://schema.org/",
    "sha256": "http://mlcommons.org/croissant/sha256",
}
PAPER_URL = "https://arxiv.org/abs/2602.19789"
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
#: What is estimated where the source of the literature is the venue.
ALONE = "the venue's own papers alone, not the literature"
UNITS = {"runs": "training runs", "kwh": "kWh", "equivalents": "people"}


def commit_of(root: str) -> str:
    """Return the commit of a checkout, marked if files of it were changed; "" without Git."""
    command = ["git", "-C", root, "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        found = subprocess.check_output(command, text=True, stderr=subprocess.DEVNULL, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.strip()


def read_sources(path: str | Path) -> list[dict[str, Any]]:
    """Read the file of sources: each table and its checksum, in the words of schema.org."""
    words = {"file": "name", "producer": "creator", "url": "url", "licence": "license"}
    words["sha256"] = "sha256"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return records_of(table[list(words)].rename(columns=words))


def footprint_card(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any], run: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the footprint of this run as JSON-LD: numbers, ranges, methods, priors, sources.

    `run` has the version, commit and date, what `differs` from the default configuration, the
    `sources` of its files in the words of schema.org, and which years have `few_papers`.
    """
    training = tables["training_emissions"].set_index("method")
    headline = config["methods"]["headline"]
    years = counted_years(tables["training_runs"])
    row = training.loc[headline]
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": f"Footprint of the downstream use of {config['dataset']['name']}",
        "abstract": abstract(tables, config, run),
        "description": "Energy and carbon of training on the dataset in the literature, estimated "
        "from the papers of a venue; see measurementTechnique for the method of each number.",
        "about": {"@type": "Dataset", "name": config["dataset"]["name"]},
        "temporalCoverage": f"{years[0]}/{years[-1]}",
        "dateCreated": run["date"],
        "creator": {
            "@type": "SoftwareApplication",
            "name": "Datafootprint",
            "softwareVersion": run["version"],
            "identifier": run["commit"],
        },
        "citation": PAPER_URL,
        "headline": headline,
        "isInventedDemonstration": run["invented"],
        "carbonIntensity": {
            "@type": "PropertyValue",
            "value": row["carbon_intensity_g_per_kwh"],
            "unitText": f"g {GASES[row['gas_basis']]}/kWh",
            "description": row["carbon_source"],
        },
        "variableMeasured": [_property(found) for found in records_of(tables["uncertainty"])],
        "measurementTechnique": {
            name: method.summary for name, method in METHODS.items() if name in training.index
        },
        "priors": config["uncertainty"]["priors"],
        "settingsThatDiffer": {key: json.loads(value) for key, value in run["differs"].items()},
        "isBasedOn": [{"@type": "Dataset", **source} for source in run["sources"]],
    }


def abstract(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any], run: Mapping[str, Any]
) -> str:
    """Return the headline in one sentence, with one before and after it where papers are few."""
    method = config["methods"]["headline"]
    row = ranges_of(tables["uncertainty"])[method][MEASURED]["training_emissions_t"]
    years, gas = counted_years(tables["training_runs"]), GASES[row["gas_basis"]]
    emitted = f"{rounded(row['point'])} t {gas} ({between(row['p2_5'], row['p97_5'])})"
    name = config["dataset"]["name"]
    sentence = f"Training on {name}, {years[0]} to {years[-1]}: {emitted}, method {method}, "
    is_venue = config["literature"]["source"] == VENUE
    sentence += f"{ALONE if is_venue else 'if the literature trains as the papers counted do'}"
    few = f" {run['few_papers']}, which says little." if run["few_papers"] else ""
    return f"{'Invented papers, not the world. ' if run['invented'] else ''}{sentence}.{few}"


def _property(row: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a row of the table `uncertainty`."""
    kind = row["quantity"].removesuffix("_t").rsplit("_", 1)[-1]
    gas = row["gas_basis"]
    unit = UNITS.get(kind) or f"t {GASES[gas]}"
    return {
        "@type": "PropertyValue",
        "name": row["quantity"],
        "value": row["point"],
        "minValue": row["p2_5"],
        "maxValue": row["p97_5"],
        "unitText": unit,
        "measurementTechnique": row["method"],
        "measurementMethod": f"{Tier(row['tier']).name.lower()}: {row['tier_meaning']}",
        **({"gasBasis": gas} if gas else {}),
    }


def markdown_card(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any], run: Mapping[str, Any]
) -> str:
    """Return a short section for the README of the dataset."""
    headline, training = config["methods"]["headline"], tables["training_emissions"]
    emissions, runs = training.set_index("method")["emissions_t"], tables["training_runs"]
    row = training.set_index("method").loc[headline]
    ranges = ranges_of(tables["uncertainty"])[headline]
    by_year = runs[runs["method"] == headline].set_index("year")["runs"]
    is_projected = tables["projection"].set_index("year")["kind"] == "projected"
    return TEMPLATES.get_template("card.md.j2").render(
        name=escaped_markdown(config["dataset"]["name"]),
        headline=headline,
        typed=TYPED,
        row=row,
        gas=GASES[row["gas_basis"]],
        years=counted_years(runs),
        alone=ALONE,
        ranges=ranges[MEASURED],
        scenarios=ranges[Tier.ASSUMED]["training_emissions_t"],
        is_venue=config["literature"]["source"] == VENUE,
        training=config["training"],
        few_papers=run["few_papers"],
        observed=emissions.get("as_observed"),
        projected=by_year[is_projected].sum() / (by_year.sum() or 1),
        run=run,
        url=PAPER_URL,
        rounded=rounded,
        energy=energy,
    )


def bibtex(dataset: str, run: Mapping[str, Any]) -> str:
    """Return the entries to cite: this run, and the paper whose estimate it rebuilds."""
    return TEMPLATES.get_template("citation.bib.j2").render(dataset=dataset, run=run)
