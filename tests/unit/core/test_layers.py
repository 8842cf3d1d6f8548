"""Data goes one way: no module imports from a later stage than its own."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "workflow" / "datafootprint"


def imported_stages(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.split(".")[1] for name in names if name.startswith("datafootprint.")}


def test_no_module_imports_from_a_later_stage():
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    order = re.findall(r"\w+", re.search(r"Data goes one way: ([^;]+);", told)[1])
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages <= set(order)
    rules = {path.stem for path in (ROOT / "rules").glob("*.smk")}
    assert rules == set(order)
    for stage in packages:
        later = set(order[order.index(stage) + 1 :])
        for module in (PACKAGE / stage).rglob("*.py"):
            assert not imported_stages(module) & later, module
