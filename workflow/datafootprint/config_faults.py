"""What is wrong with a configuration, each fault in one sentence with key, value and remedy."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from datafootprint.errors import DatafootprintError

#: PyYAML is built without libyaml on some machines.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: A sentence that begins with one of them is about the key itself, not about those in it.
_VERBS = ("has", "is", "must", "names", "needs")
_PASSWORD = re.compile("//[^/@]*@")
_TYPES = {
    "number": "a number",
    "integer": "a whole number",
    "string": "a text",
    "object": "a section with keys of its own",
    "array": "a list",
    "boolean": "true or false",
    "null": "null",
}
_BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
}
_TEXT_OF_CONFIG = (
    "; it is text, as is all within {} after --config, so write it without quotes into a file and "
    "name that with --configfile"
)


class ConfigurationError(DatafootprintError):
    """All faults of a configuration, a sentence each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = list(faults)


def faults_of(error: ValidationError, model: type[BaseModel], where: str = "config") -> list[str]:
    """Say what is wrong with each key; `where` is the file or `config`."""
    schema = model.model_json_schema()
    faults: dict[str, str] = {}
    # Of a section in the place of a word, what is wrong inside it says more.
    for fault in sorted(error.errors(), key=_is_no_word):
        key, place = _found(schema, fault["loc"])
        sentence = f"{where}: {_sentence(schema, key, place, fault)}"
        faults.setdefault(key, sentence if sentence.endswith("?") else f"{sentence}.")
    return list(faults.values())


def _is_no_word(fault: Mapping[str, Any]) -> bool:
    return fault["type"] == "literal_error" and isinstance(fault["input"], dict)


def _found(schema: Mapping[str, Any], path: Sequence[str | int]) -> tuple[str, Mapping[str, Any]]:
    """Return the key at the end of a path, as far as there are any, and the schema of its value."""
    names: list[str] = []
    place = schema
    for step in path:
        options = [resolved_schema(schema, option) for option in place.get("anyOf", [place])]
        inner = [_inner(option, step) for option in options]
        found = next((option for option in inner if option is not None), None)
        if found is None:
            break
        place, names = resolved_schema(schema, found), [*names, str(step)]
    sections = [resolved_schema(schema, option) for option in place.get("anyOf", [])]
    return ".".join(names), next((each for each in sections if "properties" in each), place)


def _inner(schema: Mapping[str, Any], step: str | int) -> Any:
    if isinstance(step, int):
        return schema.get("items")
    return schema.get("properties", {}).get(step) or schema.get("additionalProperties") or None


def resolved_schema(schema: Mapping[str, Any], place: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a part of a JSON Schema with what it refers to."""
    name = place.get("$ref", "").removeprefix("#/$defs/")
    return {**schema["$defs"][name], **place} if name else place


def _sentence(
    schema: Mapping[str, Any], key: str, place: Mapping[str, Any], fault: Mapping[str, Any]
) -> str:
    kind, value = fault["type"], fault["input"]
    if fault["loc"][-1] == "[key]":
        return f"{key} has the key {value!r}, which is not one of these"
    if kind in ("extra_forbidden", "invalid_key"):
        name = str(fault["loc"][-1])
        known = [*place["properties"]]
        # A key of a section that was written outside of it, or one that is misspelt.
        near = [
            f"{section}.{name}"
            for section, described in place["properties"].items()
            if name in resolved_schema(schema, described).get("properties", {})
        ] or difflib.get_close_matches(name, known, 1)
        meant = f" (did you mean {near[0]}?)" if near else ""
        meant = " (decimals have a point)" if name.isdecimal() else meant
        unknown = f"{key}.{name}" if key else name
        return f"unknown key {unknown}{meant}; allowed here: {', '.join(known)}"
    if kind == "missing":
        return f"key {key} is missing"
    if kind == "value_error":
        said = str(fault["ctx"]["error"])
        return f"{key} {said}" if said.split()[0] in _VERBS else f"{key}: {said}"
    if isinstance(value, str) and re.fullmatch(r"\d+,\d+", value):
        return f"{key} is {value}, but decimals have a point"
    shown = "null" if value is None else _PASSWORD.sub("//***@", repr(value)[:500])
    hint = ""
    if isinstance(value, str) and kind in ("int_type", "float_type", "bool_type", "list_type"):
        hint = _TEXT_OF_CONFIG if not isinstance(yaml.load(value, Loader), str) else ""
    elif kind == "list_type" and not isinstance(value, dict):
        hint = f"; write [{value}]"
    return f"{key} is {shown}, but must be {allowed_values(place)}{hint}"


def allowed_values(place: Mapping[str, Any]) -> str:
    """Say in words what a value may be."""
    if "anyOf" in place:
        return " or ".join(allowed_values(option) for option in place["anyOf"])
    if "enum" in place or "const" in place:
        options = place.get("enum", [place.get("const")])
        return ("one of " if len(options) > 1 else "") + ", ".join(map(str, options))
    if "patternErrorMessage" in place:
        return str(place["patternErrorMessage"])
    words = _TYPES[place.get("type", "object")]
    bounds = [f"{text} {place[name]:.10g}" for name, text in _BOUNDS.items() if name in place]
    words += f" {' and '.join(bounds)}" if bounds else ""
    words += f" of {place['minItems']} or more" if "minItems" in place else ""
    return words + (" that is not empty" if "minLength" in place else "")


def repeated_keys(path: Path) -> Iterator[str]:
    """Yield a sentence for each key that a file gives twice: a YAML reader keeps the last."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader)
    except yaml.YAMLError as error:
        yield f"{path}: not YAML: {' '.join(str(error).split())[:500]}."
        return
    pending = [(root, "")]
    for node, name in pending:
        if isinstance(node, yaml.SequenceNode):
            pending += [(item, name) for item in node.value]
        seen = set()
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            inner = f"{name}.{key.value}" if name else str(key.value)
            if inner in seen:
                yield f"{path}, line {key.start_mark.line + 1}: key {inner} is given twice."
            seen.add(inner)
            pending.append((value, inner))
