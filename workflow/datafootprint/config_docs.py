"""The JSON Schemas, the table of keys and the list of columns, which are made from the models.

`PYTHONPATH=workflow python -m datafootprint.config_docs` writes them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from datafootprint.all_tables import STAGES
from datafootprint.config_faults import allowed_values, resolved_schema
from datafootprint.config_model import Configuration
from datafootprint.config_types import LARGEST
from datafootprint.dataset import Card, default_priors
from datafootprint.files import write_atomically
from datafootprint.tables import Table
from datafootprint.uncertainty.priors import SOURCES

ROOT = Path(__file__).parents[2]
INTRODUCTION = """# Keys of the configuration

A file of yours names the keys that differ from these defaults: `snakemake --configfile mine.yaml`.
A key whose default is *dataset* takes its value from the card of the dataset, its `dataset.yaml`,
where it is null. Paths count from the working directory, and `~` is the home folder.

This page is made from `workflow/datafootprint/config_model.py`.
"""
CARD = """# Keys of a dataset's card

A dataset is a folder with a `dataset.yaml` and its tables: `usage_counts.csv` (year, accepted,
mentioning, trained; the last two empty in years to project), `publications.csv` (year,
publications), and where known `energy_per_epoch.csv`, `hub_copies.csv` and `values.csv` (printed
values to check). A card may also set every key above whose default is *dataset*, in its section.
"""
TABLES = """# Columns of the tables

The CSV files of `results/` and `data/`, by stage. Units are in names or descriptions; an empty cell
is not known. A file of yours needs the columns that are not *optional*; others are ignored.

This page is made from the modules `*_tables.py` of `workflow/datafootprint/`.
"""


def documents() -> dict[str, str]:
    """Return the text of each file by its path in the project."""
    config, card = _schema(Configuration), _schema(Card)
    own = {name: of for name, of in card["properties"].items() if name not in config["properties"]}
    keys_of_card = _sections(card, {"properties": own}, "")
    pages = [INTRODUCTION, *_sections(config, config, ""), CARD, *keys_of_card]
    return {
        "workflow/schemas/config.schema.json": _json(config),
        "workflow/schemas/dataset.schema.json": _json(card),
        "docs/config.md": "\n".join(pages),
        "docs/tables.md": "\n".join(
            [TABLES, *(part for stage in STAGES for part in _columns(stage))]
        ),
    }


def _columns(stage: Any) -> Iterator[str]:
    """Write a table of the columns of each table of a stage, under the name of its file."""
    for name, model in vars(stage).items():
        own = (
            isinstance(model, type)
            and issubclass(model, Table)
            and model.__module__ == stage.__name__
        )
        for file in [re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()] if own else ():
            yield f"## {file}.csv\n\n{(model.__doc__ or '').splitlines()[0]}\n"
            yield "| column | meaning |\n|---|---|"
            for column in model.to_schema().columns.values():
                optional = "" if column.required else " *(optional)*"
                yield f"| `{column.name}` | {column.description}{optional} |"
            yield ""


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(schema_generator=_WithoutTitles)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


class _WithoutTitles(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _json(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _sections(schema: dict[str, Any], place: Mapping[str, Any], name: str) -> list[str]:
    """Write a table of the keys of a section, and then those of the sections in it."""
    rows, inner = [], []
    for key, described in place["properties"].items():
        value = resolved_schema(schema, described)
        path = f"{name}.{key}" if name else key
        if "properties" in value:
            inner += _sections(schema, value, path)
        else:
            is_prior = name == "uncertainty.priors"
            values = ", ".join(SOURCES[key].kinds) if is_prior else allowed_values(described)
            values = values.replace(f" and at most {LARGEST}", "")
            default = _default(name, key, described)
            cells = (f"`{key}`", values, default, described["description"])
            rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    heading = [f"## {name}\n\n{place['description']}\n"] if name else []
    header = ["| key | value | default | meaning |", "|---|---|---|---|"]
    return [*heading, *(["\n".join([*header, *rows]) + "\n"] if rows else []), *inner]


def _default(section: str, key: str, described: dict[str, Any]) -> str:
    priors = default_priors(ROOT / "data") if section == "uncertainty.priors" else {}
    if key in priors:
        written: Any = priors[key]
    elif described.get("card"):
        return "*dataset*"
    elif "default" not in described:
        return "must be given"
    else:
        written = described["default"]
    text = yaml.safe_dump(written, default_flow_style=True, sort_keys=False, width=1000)
    return f"`{text.removesuffix('...' + chr(10)).strip()}`"


if __name__ == "__main__":
    for name, text in documents().items():
        write_atomically(ROOT / name, text)
