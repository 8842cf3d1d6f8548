"""Whole runs of the stage: what a second run does."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from tests.conftest import ROOT
from tests.services.papers.downloading import pdf
from tests.services.papers.openreview_server import OpenReview, paper_v2


def run(folder: Path, *arguments: str) -> tuple[str, float]:
    """Run Snakemake; returns what it printed and the seconds it took."""
    command = [sys.executable, "-m", "snakemake", *arguments, "--cores", "2"]
    command += ["--snakefile", str(ROOT / "Snakefile")]
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed
    return printed, time.monotonic() - start


def results(folder: Path) -> dict[str, bytes]:
    top = folder / "results"
    return {str(p.relative_to(top)): p.read_bytes() for p in sorted(top.rglob("ICLR-*"))}


def test_a_second_run_asks_nothing(v2: OpenReview, tmp_path: Path) -> None:
    v2.notes = [paper_v2(number) for number in range(60)]
    v2.pdfs = {note["id"]: pdf(note["id"]) for note in v2.notes}
    config = {
        "papers": {
            "source": "openreview",
            "years": [2024],
            "openreview": {"baseurl_v1": v2.url, "baseurl_v2": v2.url},
        }
    }
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(config))
    mentions = ("mentions", "--configfile", "mine.yaml")
    run(tmp_path, *mentions)
    first = results(tmp_path)
    assert len(first) == 3
    v2.requests.clear()
    printed, nothing_s = run(tmp_path, *mentions)
    assert "Nothing to be done" in printed
    shutil.rmtree(tmp_path / "results")
    _, again_s = run(tmp_path, *mentions)
    assert results(tmp_path) == first
    assert v2.requests == []
    print(f"no-op {nothing_s:.1f} s, everything from the cache {again_s:.1f} s")
    # A longer budget makes nothing out of date.
    longer = {"papers": {"download": {"budget_hours": 12}}}
    (tmp_path / "longer.yaml").write_text(yaml.safe_dump(longer))
    printed, _ = run(tmp_path, *mentions, "longer.yaml", "-n")
    assert "Nothing to be done" in printed
    # New patterns search the texts again and fetch nothing.
    shutil.copytree(ROOT / "data" / "imagenet-1k", tmp_path / "other")
    card = tmp_path / "other" / "dataset.yaml"
    card.write_text(card.read_text().replace("'image-?net", "'image-? ?net"))
    (tmp_path / "other.yaml").write_text("dataset: other")
    printed, _ = run(tmp_path, *mentions, "other.yaml", "-n")
    assert "find_mentions" in printed
    assert "download_papers" not in printed


def test_a_password_is_nowhere(
    v2: OpenReview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENREVIEW_USERNAME", "me@example.org")
    monkeypatch.setenv("OPENREVIEW_PASSWORD", "correct horse")
    v2.guests = "challenged"
    v2.notes = [paper_v2(1)]
    v2.pdfs = {"v2_00001": pdf("a")}
    config = {
        "papers": {
            "source": "openreview",
            "years": [2024],
            "openreview": {"baseurl_v1": v2.url, "baseurl_v2": v2.url},
        }
    }
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(config))
    printed, _ = run(tmp_path, "papers", "--configfile", "mine.yaml", "--verbose")
    assert "correct horse" not in printed
    for folder, _, names in os.walk(tmp_path):
        for name in names:
            content = Path(folder, name).read_bytes()
            assert b"correct horse" not in content, name
            assert b"me@example.org" not in content, name
