"""Fitting the configuration to its schema; a fault is one sentence that names the key."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from datafootprint.errors import DatafootprintError

SCHEMA = Path(__file__).parents[1] / "schemas" / "config.schema.yaml"


def check_schema(config: Mapping[str, Any]) -> None:
    """Refuse a configuration that does not fit `config.schema.yaml`.

    Raises
    ------
    DatafootprintError
        For the fault that tells most, with the key and what it may be.
    """
    _refuse_what_is_no_number(config, "")
    schema = yaml.load(SCHEMA.read_bytes(), Loader=yaml.CSafeLoader)
    validator = jsonschema.Draft202012Validator(schema)
    error = jsonschema.exceptions.best_match(validator.iter_errors(_with_text_keys(config)))
    if error is not None:
        raise DatafootprintError(f"config: {_sentence(error)}{_hint(error, validator)}.")


def refuse_repeated_keys(path: Path) -> None:
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


def _refuse_what_is_no_number(value: Any, key: str) -> None:
    """Refuse .nan and .inf anywhere: JSON Schema takes them for numbers."""
    if isinstance(value, float) and not math.isfinite(value):
        raise DatafootprintError(f"config: {key} is {value}, but must be a finite number.")
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        items = value.items()
    elif isinstance(value, Sequence) and not isinstance(value, str):
        items = enumerate(value)
    for name, item in items:
        _refuse_what_is_no_number(item, f"{key}.{name}" if key else str(name))


def _hint(error: jsonschema.ValidationError, validator: jsonschema.Draft202012Validator) -> str:
    """Say what helps where a text holds the value that is meant, as text from --config does."""
    if isinstance(error.instance, str):
        try:
            meant = yaml.load(error.instance, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            return ""
        if validator.evolve(schema=error.schema).is_valid(meant):
            return (
                "; it is text, as is all within {} after --config, so write it without quotes into "
                "a file and name that with --configfile"
            )
    return ""


def _sentence(error: jsonschema.ValidationError) -> str:
    key = ".".join(map(str, error.absolute_path))
    dot = f"{key}." if key else ""
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    value: Any = error.instance
    if error.validator == "additionalProperties":
        known = list(schema["properties"])
        unknown = ", ".join(dot + name for name in value if name not in known)
        return f"unknown key {unknown}; allowed here: {', '.join(known)}"
    if error.validator == "required":
        missing = ", ".join(dot + name for name in schema["required"] if name not in value)
        return f"key {missing} is missing"
    if "propertyNames" in error.absolute_schema_path:
        return f"{key}: key {value!r} is not {schema.get('description', 'allowed')}"
    return f"{key} is {'null' if value is None else repr(value)}, but must be {_allowed(schema)}"


def _allowed(schema: Mapping[str, Any]) -> str:
    """Say in words what a value may be."""
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return f"{schema['const']!r}"
    if "anyOf" in schema:
        return " or ".join(_allowed(option) for option in schema["anyOf"])
    if "pattern" in schema or "prefixItems" in schema or "maxItems" in schema:
        return str(schema["description"])
    names = {
        "number": "a number",
        "integer": "a whole number",
        "string": "a text",
        "object": "a section with keys of its own",
        "array": "a list",
        "boolean": "true or false",
    }
    types = schema.get("type", [])
    kinds = [types] if isinstance(types, str) else types
    words = " or ".join(names[kind] for kind in kinds if kind != "null")
    bounds = [
        f"{text} {schema[bound]}"
        for bound, text in (
            ("minimum", "at least"),
            ("exclusiveMinimum", "above"),
            ("maximum", "at most"),
            ("exclusiveMaximum", "below"),
        )
        if bound in schema
    ]
    if bounds:
        words += f" {' and '.join(bounds)}"
    if "minItems" in schema:
        words += f" of {schema['minItems']} or more"
    if "minLength" in schema:
        words += " that is not empty"
    if "uniqueItems" in schema:
        words += ", none of them twice"
    return " or ".join(filter(None, (words, "null" if "null" in kinds else "")))


def _with_text_keys(value: Any) -> Any:
    """Copy a nested mapping with text for keys and dates: JSON Schema knows no others."""
    if isinstance(value, Mapping):
        return {str(key): _with_text_keys(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value
