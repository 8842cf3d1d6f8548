"""A digest of the code behind a result, so that an edited module re-runs what it computes."""

import ast
import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
TABLE_SCHEMAS = PACKAGE.parent / "schemas" / "tables"


def code_digest(scripts: Path, rule: str) -> str:
    """Digest the script of a rule, the modules of this package it imports, and the table schemas.

    Parameters
    ----------
    scripts : Path
        The folder of the scripts.
    rule : str
        A rule; its script has the same name. Imports are followed through the package, also those
        inside functions; templates, prompts and unit definitions beside a module count with it.

    Returns
    -------
    str
        Hexadecimal SHA-256.
    """
    found: set[Path] = set()
    pending = [scripts / f"{rule}.py"]
    while pending:
        source = pending.pop()
        if source not in found:
            found.add(source)
            pending.extend(_imported_modules(source))
    digest = hashlib.sha256()
    for source in sorted(found | set(TABLE_SCHEMAS.glob("*.yaml"))):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def _imported_modules(source: Path) -> tuple[Path, ...]:
    if source.suffix != ".py":
        return ()
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    modules = []
    for name in names:
        parts = name.split(".")
        if parts[0] != PACKAGE.name:
            continue
        path = PACKAGE.joinpath(*parts[1:])
        for module in (path.with_suffix(".py"), path / "__init__.py"):
            if module.is_file():
                modules.append(module)
    if source.parent != PACKAGE and PACKAGE in source.parents:
        modules.extend(filter(_is_data, source.parent.rglob("*")))
    elif source.parent == PACKAGE:
        modules.extend(filter(_is_data, PACKAGE.glob(f"{source.stem}.*")))
    return tuple(modules)


def _is_data(path: Path) -> bool:
    # Python and editors have files of their own here while others read.
    return path.suffix in {".j2", ".css", ".js", ".txt", ".json"} and not path.name.startswith(".")
