"""Fitting the configuration to its schema; a fault is one sentence that names the key."""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from datafootprint.errors import DatafootprintError

SCHEMA = Path(__file__).parents[1] / "schemas" / "config.schema.yaml"
#: Sections whose keys are years.
_BY_YEAR = re.compile(r"usage\.counts|papers\.venues\.[^.]+")
#: What YAML 1.1 takes for octal or for base 60, a time of day.
_MISREAD = re.compile(r"[+-]?(?:0[0-9_]+|[0-9_]*:.*)")
#: JSON Schema also takes 2025.0 for a whole number.
_Validator = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator,
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


def check_schema(config: Mapping[str, Any]) -> None:
    """Refuse a configuration that does not fit `config.schema.yaml`.

    Raises
    ------
    DatafootprintError
        For the fault that tells most, with the key and what it may be.
    """
    _refuse_what_no_schema_sees(config, "")
    schema = yaml.load(SCHEMA.read_bytes(), Loader=yaml.CSafeLoader)
    validator = _Validator(schema)
    error = jsonschema.exceptions.best_match(validator.iter_errors(_with_text_keys(config)))
    if error is not None:
        raise DatafootprintError(f"config: {_sentence(error)}{_hint(error, validator)}.")


def refuse_misread_yaml(path: Path) -> None:
    """Refuse a file of which a YAML reader makes something else than what stands there.

    Of a key that is given twice it keeps the last; 0300 is 192 to it, and 1:30 is 90.
    """

    def refuse(node: yaml.Node, fault: str) -> None:
        raise DatafootprintError(f"{path}, line {node.start_mark.line + 1}: {fault}.")

    def walk(node: yaml.Node, name: str) -> None:
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                inner = f"{name}.{key.value}" if name else str(key.value)
                if inner in seen:
                    refuse(key, f"key {inner} is given twice")
                seen.add(inner)
                walk(key, f"a key of {name}" if name else "a key")
                walk(value, inner)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                walk(item, name)
        elif node.tag.endswith((":int", ":float")) and _MISREAD.fullmatch(node.value):
            read = yaml.load(node.value, Loader=yaml.CSafeLoader)
            refuse(
                node,
                f"{name} is written {node.value}, which is {read} to YAML; write it without "
                "leading zeros and colons, or in quotes if it is a text",
            )

    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())[:500]
        raise DatafootprintError(f"{path}: not YAML: {said}.") from None
    if root is not None:
        walk(root, "")


def _refuse_what_no_schema_sees(value: Any, key: str) -> None:
    """Refuse what JSON does not have: .nan and .inf, names that are no text, a year named twice."""
    if isinstance(value, float) and not math.isfinite(value):
        raise DatafootprintError(f"config: {key} is {value}, but must be a finite number.")
    if isinstance(value, str) and "\0" in value:
        raise DatafootprintError(f"config: {key} holds the character U+0000; take it out.")
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        items = value.items()
        _refuse_odd_names(value, key)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        items = enumerate(value)
    for name, item in items:
        _refuse_what_no_schema_sees(item, f"{key}.{name}" if key else str(name))


def _refuse_odd_names(section: Mapping[Any, Any], key: str) -> None:
    by_year = _BY_YEAR.fullmatch(key)
    for name, value in section.items():
        if not isinstance(name, str) and not by_year:
            where = f"{key}: the" if key else "the"
            shown = json.dumps(name, default=str)
            raise DatafootprintError(f"config: {where} key {shown} is no text; write it in quotes.")
        if not (isinstance(name, str) and by_year and name.isdecimal()):
            continue
        # Over `published`, the default of the counts, a year that is a text prevails. Otherwise
        # both are the user's, and which came last cannot be told any more.
        other = section.get(int(name), value)
        if other not in (value, "published"):
            raise DatafootprintError(
                f"config: {key}.{name} is given twice, as {other!r} and, as a text, as {value!r}; "
                "keep one (JSON and --config write years as text)."
            )


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
    shown = "null" if value is None else repr(value)[:500]
    return f"{key} is {shown}, but must be {_allowed(schema)}"


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
