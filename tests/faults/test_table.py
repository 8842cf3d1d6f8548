"""Damaged tables between the stages: the stage that reads one says so in one sentence."""

import re
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults

# stage, target, file, damage, sentence
FAULTS = [
    ("papers", "papers", "results/papers/demo-2024.jsonl", "cut", "not JSON"),
    ("papers", "mentions", "results/papers/demo-2024.pdfs.csv", "cut", "expected 8 cells"),
    ("usage", "usage", "results/mentions/demo-2024.jsonl", "twice", "occurs twice"),
    ("usage", "usage", "results/usage/demo-2024.jsonl", "latin-1", "not UTF-8 text"),
    ("usage", "usage", "results/usage/demo-2024.jsonl", "one line less", "demo-2024|label|paper"),
    ("projection", "projection", "results/usage_counts.csv", "twice", "occurs twice"),
    ("literature", "literature", "results/projection.csv", "header", "is missing"),
    ("energy", "footprint", "results/energy_per_epoch.csv", "cut", "expected .* cells"),
    ("footprint", "footprint", "results/training_runs.csv", "semicolons", "is missing"),
    ("frugality", "frugality", "results/training_runs.csv", "latin-1", "not UTF-8 text"),
    ("hub", "hub", "results/training_runs.csv", "empty", "is missing"),
    ("uncertainty", "uncertainty", "results/training_runs.csv", "NUL", "training_runs.csv"),
    ("report", "report", "results/frugality.csv", "twice", "occurs twice"),
]
HARMLESS = [
    ("projection", "projection", "results/usage_counts.csv", "CRLF"),
    ("footprint", "footprint", "results/training_runs.csv", "byte order mark"),
    ("usage", "usage", "results/mentions/demo-2024.jsonl", "CRLF"),
]


def damaged(content: bytes, damage: str) -> bytes:
    lines = content.splitlines(keepends=True)
    return {
        "cut": content[: -len(lines[-1]) // 2 - 2],
        "twice": content + lines[-1],
        "latin-1": content.replace(b"\n", b" caf\xe9\n", 2),
        "one line less": b"".join(lines[:-1]),
        "header": b"x" + content,
        "semicolons": content.replace(b",", b";"),
        "empty": b"",
        "NUL": content.replace(b",", b"\0,"),
        "CRLF": content.replace(b"\n", b"\r\n"),
        "byte order mark": b"\xef\xbb\xbf" + content,
    }[damage]


@pytest.fixture(scope="module")
def project(checkout: Path, snakemake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(checkout, tmp_path_factory.mktemp("table") / "project"))
    done = snakemake(folder, "--configfile", "config/demo.yaml")
    assert done.returncode == 0, done.stderr
    return folder


def state(project: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in (project / "results").rglob("*.*") if p.is_file()}


@pytest.mark.parametrize(("stage", "target", "file", "damage", "sentence"), FAULTS)
def test_a_damaged_table_is_named(
    stage: str, target: str, file: str, damage: str, sentence: str, project: Path, snakemake
) -> None:
    path = project / file
    before = state(project)
    path.write_bytes(damaged(before[path], damage))
    try:
        done = snakemake(project, target, "--configfile", "config/demo.yaml")
        told = done.stdout + done.stderr
        assert done.returncode != 0
        assert "Traceback" not in told
        after = state(project)
        for other in set(after) - {path}:
            assert after[other] == before[other], other
        logs = [p.read_text() for p in (project / "logs").rglob("*.log")]
        errors = {text.strip() for text in logs if text.startswith("ERROR")}
        assert any(re.search(sentence, error) for error in errors), errors
        assert all("\n" not in error for error in errors)
    finally:
        for other, content in before.items():
            other.parent.mkdir(parents=True, exist_ok=True)
            other.write_bytes(content)
        snakemake(project, "--configfile", "config/demo.yaml")


@pytest.mark.parametrize(("stage", "target", "file", "damage"), HARMLESS)
def test_an_editor_that_saves_otherwise_changes_nothing(
    stage: str, target: str, file: str, damage: str, project: Path, snakemake
) -> None:
    path = project / file
    before = state(project)
    path.write_bytes(damaged(before[path], damage))
    done = snakemake(project, target, "--configfile", "config/demo.yaml")
    assert done.returncode == 0, done.stderr
    path.write_bytes(before[path])
    assert state(project) == before
