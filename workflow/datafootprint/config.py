"""Checking the configuration before anything runs; a fault is one sentence that names the key."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from datafootprint.energy.runs import listed_runs
from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import check_country_and_year
from datafootprint.hub.counts import PUBLISHED_SEARCH, compile_variants
from datafootprint.literature.sources import SERVICES, publication_table
from datafootprint.papers.settings import check_papers
from datafootprint.tables import read_rows
from datafootprint.uncertainty.priors import read_priors
from datafootprint.usage.counts import LIVE, check_counts, count_sources, needed_years
from datafootprint.usage.settings import check_usage

SCHEMA = Path(__file__).parents[1] / "schemas" / "config.schema.yaml"
#: What the tables of data/published/ are about.
PUBLISHED_DATASET = "ImageNet-1K"


def check_config(config: Mapping[str, Any], data: Path, config_files: Iterable[str] = ()) -> None:
    """Refuse a configuration that cannot give a result.

    Parameters
    ----------
    config : mapping
        The merged configuration.
    data : Path
        The folder with `published/` and `factors/`.
    config_files : iterable of str
        The YAML files it was merged from, searched for keys that are given twice.

    Raises
    ------
    DatafootprintError
        For the first fault found, in one sentence.
    """
    for path in config_files:
        _refuse_repeated_keys(Path(path))
    _check_schema(config)
    _refuse_numbers_of_another_dataset(config)
    check_papers(config["papers"], config["dataset"])
    check_usage(config)
    _check_counts(config, data / "published")
    _check_publications(config, data / "published")
    _check_hub(config["hub"])
    _check_energy(config, data / "published")
    read_priors(config["uncertainty"]["priors"])
    carbon = config["carbon"]
    if (carbon["country"] is None) != (carbon["year"] is None):
        missing, given = ("year", "country") if carbon["year"] is None else ("country", "year")
        raise DatafootprintError(
            f"config: carbon.{missing} is not set, but carbon.{given} is; set both or none."
        )
    if carbon["country"] is not None:
        intensities = read_rows(
            data / "factors" / "carbon_intensity_by_year.csv", "carbon_intensity_by_year"
        )
        check_country_and_year(carbon["country"], carbon["year"], intensities)


def config_years(config: Mapping[str, Any]) -> list[int]:
    """List the years of the estimate that a configuration asks for."""
    return needed_years(count_sources(config), config["projection"]["until"])


def _check_schema(config: Mapping[str, Any]) -> None:
    schema = yaml.load(SCHEMA.read_bytes(), Loader=yaml.CSafeLoader)
    validator = jsonschema.Draft202012Validator(schema)
    error = jsonschema.exceptions.best_match(validator.iter_errors(_with_text_keys(config)))
    if error is not None:
        raise DatafootprintError(f"config: {_sentence(error)}")


def _sentence(error: jsonschema.ValidationError) -> str:
    key = ".".join(map(str, error.absolute_path))
    dot = f"{key}." if key else ""
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    value: Any = error.instance
    if error.validator == "additionalProperties":
        known = list(schema["properties"])
        unknown = ", ".join(dot + name for name in value if name not in known)
        return f"unknown key {unknown}; allowed here: {', '.join(known)}."
    if error.validator == "required":
        missing = ", ".join(dot + name for name in schema["required"] if name not in value)
        return f"key {missing} is missing."
    if error.validator in ("minItems", "maxItems") and "description" in schema:
        return f"{key} is {value!r}, but must be {schema['description']}."
    if "propertyNames" in error.absolute_schema_path:
        return f"{key}: key {value!r} is not {schema.get('description', 'allowed')}."
    return f"{key} is {'null' if value is None else repr(value)}, but must be {_allowed(schema)}."


def _allowed(schema: Mapping[str, Any]) -> str:
    """Say in words what a value may be."""
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return f"{schema['const']!r}"
    if "anyOf" in schema:
        return " or ".join(_allowed(option) for option in schema["anyOf"])
    if "pattern" in schema:
        return str(schema["description"])
    names = {
        "number": "a number",
        "integer": "a whole number",
        "string": "a text",
        "object": "a section with keys of its own",
        "array": "a list",
        "boolean": "true or false",
        "null": "null",
    }
    types = schema.get("type", [])
    words = " or ".join(names[kind] for kind in ([types] if isinstance(types, str) else types))
    for bound, text in (
        ("minimum", "at least"),
        ("exclusiveMinimum", "above"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "below"),
    ):
        if bound in schema:
            words += f" {text} {schema[bound]}"
    return words


def _refuse_numbers_of_another_dataset(config: Mapping[str, Any]) -> None:
    """Refuse published ImageNet-1K numbers, which are the defaults, in the estimate of another."""
    name = config["dataset"]["name"]
    if name == PUBLISHED_DATASET:
        return
    published = f"which is about {PUBLISHED_DATASET}, but dataset.name is {name!r}"
    for year, source in config["usage"]["counts"].items():
        if source == "published":
            raise DatafootprintError(
                f"config: usage.counts.{year} is 'published', {published}; name a CSV, or null to "
                "leave the year out."
            )
    if config["literature"]["source"] == "published":
        raise DatafootprintError(
            f"config: literature.source is 'published', {published}; name a CSV or a service."
        )
    if config["literature"]["source"] in SERVICES and config["literature"]["keyword"] == "ImageNet":
        raise DatafootprintError(
            f"config: literature.keyword is 'ImageNet', but dataset.name is {name!r}; name what "
            "the service shall search for."
        )
    if config["training"]["kwh_per_epoch"] is None and config["energy"]["logs"] is None:
        raise DatafootprintError(
            f"config: training.kwh_per_epoch is not set, so the published one stands, {published}."
        )


def _check_counts(config: Mapping[str, Any], published: Path) -> None:
    until = config["projection"]["until"]
    sources = count_sources(config)
    years = needed_years(sources, until)
    rows = {}
    for source in sorted(set(sources.values()) - {LIVE}):
        path = published / "usage_counts.csv" if source == "published" else Path(source)
        rows[source] = {
            row["year"]: row for row in check_counts(read_rows(path, "usage_counts"), path)
        }
    for year in sorted({*years, *sources}):
        if sources[year] != LIVE and year not in rows[sources[year]]:
            raise DatafootprintError(
                f"config: usage.counts.{year} is {sources[year]!r}, which has no row for {year}; "
                f"it has {_span(rows[sources[year]])}."
            )


def _check_publications(config: Mapping[str, Any], published: Path) -> None:
    source, other = config["literature"]["source"], config["literature"]["compare_with"]
    if other == source:
        raise DatafootprintError(
            f"config: literature.compare_with is {other!r}, as literature.source is; name another "
            "source, or null to compare nothing."
        )
    if other is not None and other not in SERVICES:
        read_rows(publication_table(other, str(published)), "publications")
    if source in SERVICES:
        return
    have = {
        row["year"] for row in read_rows(publication_table(source, str(published)), "publications")
    }
    for year in config_years(config):
        if year not in have:
            raise DatafootprintError(
                f"config: literature.source is {source!r}, which has no row for {year}; "
                f"it has {_span(have)}. Add the year or change projection.until."
            )


def _check_hub(hub: Mapping[str, Any]) -> None:
    if hub["source"] == "published" and hub["search"] != PUBLISHED_SEARCH:
        raise DatafootprintError(
            f"config: hub.source is 'published', whose counts are of {PUBLISHED_SEARCH!r}, but "
            f"hub.search is {hub['search']!r}; set hub.source to live."
        )
    variants = compile_variants(hub["variants"])
    if hub["dataset_variant"] not in variants:
        raise DatafootprintError(
            f"config: hub.dataset_variant is {hub['dataset_variant']!r}, but must be one of "
            f"hub.variants: {', '.join(variants)}."
        )


def _check_energy(config: Mapping[str, Any], published: Path) -> None:
    logs, training = config["energy"]["logs"], config["training"]
    if logs is None:
        rows = read_rows(published / "energy_per_epoch.csv", "energy_per_epoch")
    else:
        rows = listed_runs(logs)
    for key, column in (("energy_model", "model"), ("energy_subset", "subset")):
        allowed = list(dict.fromkeys(row[column] for row in rows))
        if training["kwh_per_epoch"] is None and training[key] not in allowed:
            raise DatafootprintError(
                f"config: training.{key} is {training[key]!r}, but must be one of "
                f"{', '.join(allowed)}."
            )
    subsets = sorted({row["subset"] for row in rows} - {"full"})
    if subsets and config["frugality"]["subset"] not in subsets:
        raise DatafootprintError(
            f"config: frugality.subset is {config['frugality']['subset']!r}, but must be one of "
            f"{', '.join(subsets)}."
        )


def _span(years: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(years)))


def _with_text_keys(value: Any) -> Any:
    """Copy a nested mapping with text for keys and dates: JSON Schema knows no others."""
    if isinstance(value, Mapping):
        return {str(key): _with_text_keys(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def _refuse_repeated_keys(path: Path) -> None:
    """Refuse a YAML file that gives a key twice, of which a YAML reader keeps the last."""

    def walk(node: yaml.Node, where: str) -> None:
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                name = f"{where}{key.value}"
                if name in seen:
                    line = key.start_mark.line + 1
                    raise DatafootprintError(f"{path}, line {line}: key {name} is given twice.")
                seen.add(name)
                walk(value, f"{name}.")
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                walk(item, where)

    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if root is not None:
        walk(root, "")
