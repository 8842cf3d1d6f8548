"""An edited module or file re-runs what uses it, and nothing else."""

import re
import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT

from datafootprint import provenance

#: Rules that ask services, pay, or take minutes: an edit must not start them.
NEVER_BY_AN_EDIT = {
    *("list_papers", "download_papers", "find_mentions", "merge_downloads", "merge_records"),
    *("classify_usage", "retrieve_publications", "list_hub_datasets"),
    *("measure_energy", "measure_bias"),
}
RULE = re.compile(r"rule (\w+):\n(.*?)(?=\n\S|\n    rule|\Z)", re.DOTALL)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the workflow to edit."""
    for folder in ("workflow", "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    copy = tmp_path / "workflow" / "datafootprint"
    monkeypatch.setattr(provenance, "PACKAGE", copy)
    monkeypatch.setattr(provenance, "TABLE_SCHEMAS", copy.parent / "schemas" / "tables")
    return copy


@pytest.mark.parametrize(
    ("edited", "rules"),
    [
        ("datafootprint/footprint/carbon.py", {"estimate_training", "write_report"}),
        ("datafootprint/units.txt", {"estimate_training", "write_report"}),
        ("datafootprint/report/page.html.j2", {"write_report"}),
        ("datafootprint/report/page.css", {"write_report"}),
        ("datafootprint/usage/audit/audit_page.js", {"draw_audit_sample"}),
        ("datafootprint/usage/prompts/answer.schema.json", {"plan_usage"}),
        ("schemas/tables/training_runs.schema.yaml", {"estimate_training", "draw_audit_sample"}),
    ],
)
def test_an_edit_changes_the_digests_of_the_rules_that_use_it(
    package: Path, edited: str, rules: set[str]
) -> None:
    scripts = package.parents[1] / "scripts"
    names = ("estimate_training", "draw_audit_sample", "plan_usage", "write_report")
    before = {rule: provenance.code_digest(scripts, rule) for rule in names}
    with (package.parent / edited).open("a", encoding="utf-8") as stream:
        stream.write("\n# edited\n")
    provenance._imported_modules.cache_clear()
    changed = {rule for rule in names if provenance.code_digest(scripts, rule) != before[rule]}
    assert rules <= changed
    assert ("estimate_training" in changed) == ("estimate_training" in rules)


def test_files_of_python_and_of_editors_count_for_nothing(package: Path) -> None:
    scripts = package.parents[1] / "scripts"
    before = provenance.code_digest(scripts, "write_report")
    for name in ("__pycache__/page.cpython-311.pyc.139786", ".page.css.swp", "page.html.j2~"):
        path = package / "report" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    provenance._imported_modules.cache_clear()
    assert provenance.code_digest(scripts, "write_report") == before


def test_every_cheap_rule_is_run_again_after_an_edit() -> None:
    rules = dict(
        found.groups()
        for path in (ROOT / "rules").glob("*.smk")
        for found in RULE.finditer(path.read_text(encoding="utf-8"))
    )
    scripted = {rule: body for rule, body in rules.items() if "script:" in body}
    assert set(scripted) > NEVER_BY_AN_EDIT
    for rule, body in scripted.items():
        assert (f'code=code("{rule}")' in body) == (rule not in NEVER_BY_AN_EDIT), rule
