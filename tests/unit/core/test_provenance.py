"""A digest changes with the modules that a rule uses, and with no others."""

from pathlib import Path

from datafootprint import provenance
from datafootprint.provenance import _imported_modules

ROOT = Path(__file__).parents[3]


def modules_of(rule):
    pending, found = [ROOT / "scripts" / f"{rule}.py"], set()
    while pending:
        module = pending.pop()
        if module not in found:
            found.add(module)
            pending.extend(_imported_modules(module))
    return {
        str(path.relative_to(provenance.PACKAGE)) for path in found if "scripts" not in str(path)
    }


def test_imports_are_followed_through_the_package_with_their_data():
    modules = modules_of("estimate_training")
    assert {"footprint/emissions.py", "footprint/carbon.py", "units.py", "units.txt"} <= modules
    assert "report/page.py" not in modules
    assert {"report/page.html.j2", "report/page.css"} <= modules_of("write_report")


def test_every_cheap_rule_has_a_stable_digest():
    for script in (ROOT / "scripts").glob("*.py"):
        digest = provenance.code_digest(ROOT / "scripts", script.stem)
        assert digest == provenance.code_digest(ROOT / "scripts", script.stem)
        assert len(digest) == 64
