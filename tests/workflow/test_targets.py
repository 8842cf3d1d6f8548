"""Targets that cannot be reached say so before anything runs; those that can need no more."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT


def dry_run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Plan a run that is asked of the project from a folder of its own, without any key."""
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--dry-run", *arguments]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    environment = {k: v for k, v in os.environ.items() if k != "OPENAI_API_KEY"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=120
    )


def test_every_table_of_the_guide_is_made_again_when_it_is_gone(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "rebuild.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+) \|", guide.partition("file in `results/`")[2], re.MULTILINE)
    tables = {f"results/{name}" for row in rows for name in re.findall(r"`(\w+\.csv)`", row)}
    assert len(tables) > 10
    done = dry_run(tmp_path)
    asked = re.findall(r"^rule all:\n +input: (.+)$", done.stdout + done.stderr, re.MULTILINE)
    assert tables - set(asked[0].split(", ")) == set()


@pytest.mark.parametrize("target", ["audit", "plan", "papers", "mentions"])
def test_without_papers_there_is_nothing_to_read(target: str, tmp_path: Path) -> None:
    done = dry_run(tmp_path, target)
    assert done.returncode != 0
    assert "papers.source is null, so that no papers are read" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_plan_needs_no_key_but_labelling_does(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        f"papers: {{source: folder, folder: {ROOT / 'data/demo/papers'}, years: [2024]}}\n"
        "usage: {classifier: llm}\n"
    )
    plan = dry_run(tmp_path, "plan", "--configfile", str(mine))
    assert plan.returncode == 0, plan.stdout + plan.stderr
    usage = dry_run(tmp_path, "usage", "--configfile", str(mine))
    assert usage.returncode != 0
    assert "the environment variable OPENAI_API_KEY is not set" in usage.stdout + usage.stderr
    assert "Traceback" not in usage.stdout + usage.stderr
