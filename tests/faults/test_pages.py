"""Texts that try to run something in the pages, opened in a headless Chromium."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.pages import page_of, page_tables
from tests.services.usage_papers import COUNTED, DATASET, mention_of, passage

from datafootprint.papers.paper_records import Paper
from datafootprint.tables import frame_of
from datafootprint.usage.audit.audit_page import render_audit_page
from datafootprint.usage.audit.sample import draw_sample
from datafootprint.usage.labels import Classifier, Label
from datafootprint.usage.names import Dataset
from datafootprint.usage.observed import USAGE_FIELDS
from datafootprint.usage.usage_records import Quote, Usage

EVIL = (
    "</script></title></style>--><script>document.title='owned'</script>"
    "<img src=x onerror=\"document.title='owned'\"><svg onload=\"document.title='owned'\">"
    "<a href=\"javascript:document.title='owned'\">{{ 7 * 7 }}{% raw %}\u2028'\"`"
)
# Texts that are shown as they come and name nothing that the page looks up.
SHOWN = {"note", "place", "unit", "source", "carbon_source", "service_version", "query", "detail"}


def titles(page: str, folder: Path) -> list[str]:
    """Return the titles of the page after it was loaded, with its policy and without."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    found = []
    without = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", page)
    assert without != page
    for number, content in enumerate((page, without)):
        path = folder / f"page{number}.html"
        path.write_text(content, encoding="utf-8")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"]
        command += ["--no-first-run", "--disable-background-networking", "--disable-sync"]
        command += ["--disable-component-update", f"--user-data-dir={folder / 'profile'}"]
        command += ["--virtual-time-budget=2000", "--dump-dom", path.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert "</html>" in done.stdout, done.stderr
        assert not re.search(r"<(img|svg)[^>]* (src=\"x\"|onload)", done.stdout)
        found.append(re.search(r"<title>(.*?)</title>", done.stdout, re.S)[1])
    return found


@pytest.mark.faults
@pytest.mark.fault("scripts in names and texts", "report", "nothing runs in Chromium")
def test_nothing_runs_in_the_report(checkout: Path, snakemake, config, tmp_path: Path) -> None:
    project = Path(shutil.copytree(checkout, tmp_path / "project"))
    done = snakemake(project, "report")
    assert done.returncode == 0, done.stderr
    tables = page_tables(project)
    changed = 0
    for name, table in tables.items():
        shown = table.columns.intersection(SHOWN)
        evil = table[shown].map(lambda text: f"{text}{EVIL}", na_action="ignore")
        tables[name] = table.assign(**evil)
        changed += len(shown)
    assert changed >= 5
    run = {"version": "1", "venue": EVIL, "differs": {EVIL: EVIL}}
    config["dataset"]["name"] = f"Other {EVIL}"
    config["hub"]["search"] = EVIL
    check = tables["published_check"]
    for printed in (check, check.head(0)):
        page = page_of(project, tables | {"published_check": printed}, config, run)
        assert "document.title=" in page
        for title in titles(page, tmp_path):
            assert title.startswith("Other ")


@pytest.mark.fault("scripts in names and texts", "usage (audit)", "nothing runs in Chromium")
def test_nothing_runs_in_the_audit_page(tmp_path: Path) -> None:
    text = f"We train on ImageNet {EVIL}"
    record = Usage(
        paper_id=f"p{EVIL}",
        year=2023,
        title=EVIL,
        label=Label.TRAINED,
        variant=EVIL,
        needs_review=False,
        review_reasons=[],
        quotes=[Quote(label=Label.TRAINED, text=text, page=1, start=0, verified=True)],
        classifier=Classifier.RULES,
        confidence=None,
        reason=EVIL,
    )
    mention = mention_of(record.paper_id, passage(text))
    known = Dataset.from_config({**DATASET, "name": EVIL}, COUNTED)
    sample = draw_sample(frame_of([record], USAGE_FIELDS), COUNTED, 1, 1)
    listed = Paper(paper_id=record.paper_id, title=EVIL, year=2023, pdf_url=EVIL, source="folder")
    page = render_audit_page(sample, [record], [mention], [listed], known)
    for title in titles(page, tmp_path):
        assert title.startswith("Audit: use of ")
