"""An edit re-runs what uses it and nothing else; settings are compared key by key."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import ROOT

from datafootprint import provenance

#: Rules that ask services, pay, or take minutes: an edit must not start them.
NEVER_BY_AN_EDIT = {
    *("list_papers", "download_papers", "find_mentions", "merge_shards"),
    *("classify_usage", "submit_batch", "retrieve_publications", "list_hub_datasets"),
}
RULE = re.compile(r"rule (\w+):\n(.*?)(?=\n\S|\n    rule|\Z)", re.DOTALL)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the workflow to edit."""
    for folder in ("workflow", "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setattr(provenance, "PACKAGE", tmp_path / "workflow" / "datafootprint")
    return tmp_path / "workflow" / "datafootprint"


def digests(package: Path) -> dict[str, str]:
    for cached in vars(provenance).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()
    rules = ("project_usage", "draw_audit_sample", "plan_usage", "write_report")
    return {rule: provenance.code_digest(package.parents[1] / "scripts", rule) for rule in rules}


@pytest.mark.parametrize(
    ("edited", "added", "rules"),
    [
        ("projection/project.py", "EDITED = 1", {"project_usage"}),
        ("units.txt", "# edited", {"write_report"}),
        ("report/sections/page.html.j2", "edited", {"write_report"}),
        ("report/sections/answer.html.j2", "edited", {"write_report"}),
        ("report/sections/page.css", "/* edited */", {"write_report"}),
        ("usage/audit/audit_page.js", "// edited", {"draw_audit_sample"}),
        ("projection/models.py", "# A comment changes nothing.", set()),
        ("report/__pycache__/page.cpython-311.pyc.1397", "by Python", set()),
        ("report/sections/.page.css.swp", "by an editor", set()),
    ],
)
def test_an_edit_changes_the_digests_of_the_rules_that_use_it(
    package: Path, edited: str, added: str, rules: set[str]
) -> None:
    before = digests(package)
    (package / edited).parent.mkdir(exist_ok=True)
    with (package / edited).open("a", encoding="utf-8") as stream:
        stream.write(f"\n{added}\n")
    after = digests(package)
    assert {rule for rule in before if after[rule] != before[rule]} == rules


def test_every_cheap_rule_is_run_again_after_an_edit() -> None:
    rules = dict(
        found.groups()
        for path in (ROOT / "rules").glob("*.smk")
        for found in RULE.finditer(path.read_text(encoding="utf-8"))
    )
    scripted = {rule: body for rule, body in rules.items() if "script:" in body}
    for rule, body in scripted.items():
        assert (f'code=code("{rule}")' in body) == (rule not in NEVER_BY_AN_EDIT), rule


def test_only_settings_that_change_results_differ() -> None:
    usual = {"papers": {"cache_dir": "cache", "shards": 1, "venue": None}, "hub": {"day": "latest"}}
    own = {
        "papers": {"cache_dir": "/somewhere", "shards": 4, "venue": "même"},
        # As YAML reads a day that is not quoted.
        "hub": {"day": date(2025, 12, 1)},
    }
    assert provenance.differing_keys(usual, usual) == {}
    assert provenance.differing_keys(own, usual) == {
        "hub.day": '"2025-12-01"',
        "papers.venue": '"même"',
    }
