"""Fitting the configuration to its schema; a fault is one sentence that names the key."""

from collections.abc import Mapping
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
    schema = yaml.load(SCHEMA.read_bytes(), Loader=yaml.CSafeLoader)
    validator = jsonschema.Draft202012Validator(schema)
    error = jsonschema.exceptions.best_match(validator.iter_errors(_with_text_keys(config)))
    if error is not None:
        raise DatafootprintError(f"config: {_sentence(error)}")


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


def _with_text_keys(value: Any) -> Any:
    """Copy a nested mapping with text for keys and dates: JSON Schema knows no others."""
    if isinstance(value, Mapping):
        return {str(key): _with_text_keys(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value
