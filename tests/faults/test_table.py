"""Damaged tables between the stages: the stage that reads one says so in one sentence."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.runs import run, tables

pytestmark = pytest.mark.faults

# stage, target, file, damage, sentence
FAULTS = [
    ("papers", "papers", "papers/demo-2024.jsonl", "cut", "…, line 4: …"),
    (
        "papers",
        "mentions",
        "papers/demo-2024.pdfs.csv",
        "one line less",
        "demo 2024: the table of PDFs has no row for paper demo2404, which is listed; …",
    ),
    (
        "usage",
        "usage",
        "mentions/demo-2024.jsonl",
        "one line less",
        "2024: 4 papers are listed, but 3 were searched; …",
    ),
    (
        "usage",
        "usage",
        "usage/demo-2024.jsonl",
        "one line less",
        "2024: …; 4 mention the dataset, but 3 are labelled. …",
    ),
    ("projection", "projection", "usage_counts.csv", "twice", "…: year 2025 occurs twice."),
    (
        "literature",
        "literature",
        "projection.csv",
        "another header",
        "…: column 'year' is missing; it needs year, kind, accepted, …",
    ),
    ("energy", "footprint", "energy_per_epoch.csv", "cut", "…, line 7: there are … cells, …"),
    ("report", "report", "frugality.csv", "twice", "…: method as_observed, … occurs twice."),
]
HARMLESS = [
    ("footprint", "footprint", "training_runs.csv", "byte order mark"),
    ("usage", "usage", "mentions/demo-2024.jsonl", "CRLF"),
]
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[: -len(content.splitlines()[-1]) // 2 - 3],
    "twice": lambda content: content + content.splitlines(keepends=True)[-1],
    "one line less": lambda content: b"".join(content.splitlines(keepends=True)[:-1]),
    "another header": lambda content: b"x" + content,
    "CRLF": lambda content: content.replace(b"\n", b"\r\n"),
    "byte order mark": lambda content: b"\xef\xbb\xbf" + content,
}


@pytest.mark.parametrize(
    ("target", "file", "damage"),
    [
        pytest.param(*row[:3], marks=pytest.mark.fault(f"{row[2]}: {row[1]}", stage, said))
        for stage, *row, said in FAULTS
    ],
)
def test_a_damaged_table_is_named(
    target: str, file: str, damage: str, sentence: re.Pattern[str], finished: Path
) -> None:
    path = finished / "results" / file
    before = tables(finished)
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    done = run(finished, target, "--configfile", "config/demo.yaml")
    done.told(sentence)
    # What depends on the table is gone or as it was, but for labels of a part of the papers.
    changed = {name for name, content in tables(finished).items() if content != before[name]}
    assert changed <= {file, file.replace("mentions", "usage")}


@pytest.mark.parametrize(
    ("target", "file", "damage"),
    [
        pytest.param(*row, marks=pytest.mark.fault(f"{row[2]}: {row[1]}", stage, "same results"))
        for stage, *row in HARMLESS
    ],
)
def test_an_editor_that_saves_otherwise_changes_nothing(
    target: str, file: str, damage: str, finished: Path
) -> None:
    path = finished / "results" / file
    before = tables(finished)
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    done = run(finished, target, "--configfile", "config/demo.yaml")
    assert done.code == 0, done.output
    assert tables(finished) == before | {file: path.read_bytes()}
