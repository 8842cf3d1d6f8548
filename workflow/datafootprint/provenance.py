"""What a result was made with: the code of its rule, and the settings of the results folder."""

import ast
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically

PACKAGE = Path(__file__).parent
#: Files of the package that belong to the code of a module that names them.
DATA_SUFFIXES = {".j2", ".css", ".js", ".csv", ".txt", ".json", ".yaml", ".mplstyle"}
#: The settings of the run that wrote a results folder, for people and for `check_results`.
SETTINGS = Path("results/settings.yaml")
#: What has a docstring, beside a module.
DOCUMENTED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
METADATA = Path(".snakemake/metadata")
#: Keys that say where and in how many jobs, and nothing about the results.
OF_THE_MACHINE = ("papers.cache_dir", "papers.shards", "hub.cache_dir")


def code_digest(scripts: Path, rule: str) -> str:
    """Digest the script of a rule and the modules of this package that it imports.

    Imports are followed through the package, also those inside functions; a template, prompt or
    other file that a module names counts with it. Comments, docstrings and layout do not count.
    """
    found: set[Path] = set()
    pending = [scripts / f"{rule}.py"]
    while pending:
        source = pending.pop()
        if source not in found:
            found.add(source)
            pending.extend(_files_behind(source))
    digest = hashlib.sha256()
    for source in sorted(found):
        digest.update(_digest(source))
    return digest.hexdigest()


@cache
def _digest(source: Path) -> bytes:
    """Digest a file; comments, docstrings and layout of Python do not count."""
    content = source.read_bytes()
    if source.suffix == ".py":
        tree = _parsed(source)
        for node in [tree, *(node for node in ast.walk(tree) if isinstance(node, DOCUMENTED))]:
            if ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:]
        content = ast.dump(tree).encode()
    return hashlib.sha256(source.name.encode() + b"\0" + content).digest()


@cache
def _parsed(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8"))


@cache
def _files_behind(source: Path) -> tuple[Path, ...]:
    """Return what a file uses: modules that it imports, and data files that it names."""
    if source.suffix != ".py":
        text = source.read_text(encoding="utf-8")
        return tuple(path for name, path in _data_files().items() if name in text)
    imported: set[str] = set()
    texts = {f"{source.stem}.txt"}
    for node in ast.walk(_parsed(source)):
        if isinstance(node, ast.Import):
            imported.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module)
            imported.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add(node.value)
    if any(text.endswith(".html.j2") for text in texts):
        # A page includes the template of each section, in its folder, by the section's name.
        own = {path.name for path in source.parent.glob("*.html.j2")}
        texts |= {f"{text}.html.j2" for text in texts} & own
    files = [path for name, path in _data_files().items() if name in texts]
    for name in imported:
        package, *parts = name.split(".")
        if package == PACKAGE.name:
            path = PACKAGE.joinpath(*parts)
            modules = (path.with_suffix(".py"), path / "__init__.py")
            files += [module for module in modules if module.is_file()]
    return tuple(files)


@cache
def _data_files() -> dict[str, Path]:
    """Return the templates, prompts and other data files of the package by name."""
    return {path.name: path for path in PACKAGE.rglob("*") if path.suffix in DATA_SUFFIXES}


def write_settings(config: Mapping[str, Any]) -> None:
    """Write the settings of this run, but for keys of the machine, beside its results."""
    settings = json.loads(json.dumps(config, default=str))
    for section, key in (place.split(".") for place in OF_THE_MACHINE):
        del settings[section][key]
    text = yaml.safe_dump(settings, sort_keys=False)
    content = f"# The settings of the last run that wrote this folder.\n{text}"
    # Its date is that of the last change.
    if not SETTINGS.is_file() or SETTINGS.read_text(encoding="utf-8") != content:
        write_atomically(SETTINGS, content)


def check_results(config: Mapping[str, Any]) -> None:
    """Refuse a results folder of other settings that Snakemake knows nothing about.

    Without its records in `.snakemake` Snakemake takes every file that is there for up to date.
    """
    if not SETTINGS.is_file() or _has_records():
        return
    made_with = yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))
    differing = differing_keys(config, made_with)
    if differing:
        raise DatafootprintError(
            f"results/ was made with other settings ({', '.join(differing)}), and the records in "
            ".snakemake/ that say which files depend on them are gone; delete results/, or move it "
            "away, and run again."
        )


def _has_records() -> bool:
    record = next((path for path in METADATA.rglob("*") if path.is_file()), None)
    try:
        return record is not None and bool(json.loads(record.read_bytes()))
    except ValueError:
        return False


def differing_keys(config: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, str]:
    """Return the keys (with dots) and values (JSON) of `config` that differ in `other`.

    Keys of the machine do not count.
    """
    own, others = _flat(config), _flat(other)
    return {
        key: value
        for key, value in sorted(own.items())
        if key not in OF_THE_MACHINE and value != others.get(key)
    }


def _flat(section: Mapping[Any, Any], place: str = "") -> dict[str, str]:
    keys: dict[str, str] = {}
    for key, value in section.items():
        if isinstance(value, Mapping) and value:
            keys |= _flat(value, f"{place}{key}.")
        else:
            keys[f"{place}{key}"] = json.dumps(value, ensure_ascii=False, default=str)
    return keys
