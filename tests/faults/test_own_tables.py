"""Damage to the files that a user brings: each is named in one sentence, no result changes."""

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.faults.runs import run, tables

pytestmark = pytest.mark.faults

CONFIG = {
    "papers": {"venue": "demo", "source": "folder", "folder": "papers", "years": [2024]},
    "usage": {"counts": "counts.csv", "audit": "audited.csv"},
    "literature": {"source": "publications.csv"},
    "energy": {"logs": "meter"},
    "training": {"energy_model": "mine"},
}
TARGETS = ("usage", "literature", "energy", "--configfile", "mine.yaml")
TEXT = "…: not UTF-8 text; save it as UTF-8."

# file, damage, sentence
FAULTS = [
    ("counts.csv", "cut", "counts.csv, line 10: there are … cells, but 4 columns; …"),
    ("counts.csv", "an id twice", "counts.csv, line 11: year 2025 occurs twice."),
    ("counts.csv", "an id missing", "counts.csv, line 2: year is …, but must be a whole number."),
    ("counts.csv", "UTF-16", TEXT),
    ("counts.csv", "semicolons", "counts.csv: the cells are separated by semicolons; …"),
    ("counts.csv", "empty", "counts.csv: the file is empty; it needs the columns year, …"),
    ("publications.csv", "an id twice", "publications.csv, line 11: year 2025 occurs twice."),
    ("publications.csv", "Latin-1", TEXT),
    (
        "publications.csv",
        "cut at the end of a line",
        "config: literature.source is publications.csv, which has no row for 2025; …",
    ),
    ("papers/manifest.csv", "cut", "papers/manifest.csv, line 5: there are … but 4 columns; …"),
    (
        "papers/manifest.csv",
        "an id twice",
        "papers/manifest.csv, line 6: paper_id demo2404 occurs twice.",
    ),
    (
        "papers/manifest.csv",
        "an id missing",
        "papers/manifest.csv, line 2: paper_id is empty, but must be a text that is not empty.",
    ),
    ("papers/manifest.csv", "Latin-1", TEXT),
    ("audited.csv", "cut", "audited.csv, line 5: there are … cells, but 10 columns; …"),
    ("audited.csv", "an id twice", "audited.csv, line 6: position 4 occurs twice."),
    ("audited.csv", "an id missing", "audited.csv, line 2: position is empty, but must be a …"),
    ("audited.csv", "UTF-16", TEXT),
    ("meter/runs.csv", "cut", "meter/runs.csv, line 2: there are … but 5 columns; …"),
    ("meter/runs.csv", "an id missing", "meter/runs.csv, line 2: file is empty, but must be …"),
    (
        "meter/emissions.csv",
        "cut",
        "meter/emissions.csv: no run can be read: line 2 has 2 cells, …",
    ),
    (
        "meter/emissions.csv",
        "an id missing",
        "meter/emissions.csv: no run can be read: line 2 does …",
    ),
    ("meter/emissions.csv", "UTF-16", TEXT),
    ("meter/emissions.csv", "empty", "meter/emissions.csv: no emissions.csv of CodeCarbon: …"),
]
HARMLESS = ("CRLF", "byte order mark")
DAMAGE: dict[str, Callable[[str], bytes]] = {
    "cut": lambda text: text[: -len(text.splitlines()[-1]) // 2 - 1].encode(),
    "cut at the end of a line": lambda text: "".join(text.splitlines(keepends=True)[:-1]).encode(),
    "an id twice": lambda text: (text + text.splitlines()[-1] + "\n").encode(),
    "an id missing": lambda text: re.sub(r"\n[^,]+,", "\n,", text, count=1).encode(),
    "Latin-1": lambda text: (text + "é").encode("latin-1"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "semicolons": lambda text: text.replace(",", ";").encode(),
    "empty": lambda text: b"",
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
}


@pytest.fixture(scope="module")
def own(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with files of a user's own in every place, after a run."""
    folder = Path(shutil.copytree(checkout, tmp_path_factory.mktemp("own") / "project"))
    shutil.copytree(folder / "data" / "demo" / "papers", folder / "papers")
    papers = sorted((folder / "papers" / "2024").glob("*.pdf"))
    lines = [f"{path.stem},On {path.stem},2024,2024/{path.name}\n" for path in papers]
    (folder / "papers" / "manifest.csv").write_text("paper_id,title,year,file\n" + "".join(lines))
    for name, table in (("counts", "usage_counts"), ("publications", "publications")):
        shipped = folder / "data" / "imagenet-1k" / f"{table}.csv"
        (folder / f"{name}.csv").write_bytes(shipped.read_bytes())
    (folder / "meter").mkdir()
    (folder / "meter" / "runs.csv").write_text(
        "file,model,subset,epochs,pue\nemissions.csv,mine,full,10,1\n"
    )
    (folder / "meter" / "emissions.csv").write_text(
        "run_id,duration,energy_consumed,cpu_energy\nr1,3600,0.5,0.5\n"
    )
    without = CONFIG | {"usage": CONFIG["usage"] | {"audit": None}}
    (folder / "mine.yaml").write_text(yaml.safe_dump(without))
    done = run(folder, "audit", "--configfile", "mine.yaml")
    assert done.code == 0, done.output
    with (folder / "results" / "audit" / "sample.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    sample = [row | {"human_label": row["label"], "human_variant": row["variant"]} for row in rows]
    with (folder / "audited.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, sample[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(sample)
    (folder / "mine.yaml").write_text(yaml.safe_dump(CONFIG))
    done = run(folder, *TARGETS)
    assert done.code == 0, done.output
    return folder


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        pytest.param(file, damage, marks=pytest.mark.fault(damage, file, said))
        for file, damage, said in FAULTS
    ],
)
def test_a_damaged_file_of_the_users_is_named(
    file: str, damage: str, sentence: re.Pattern[str], own: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(own, tmp_path / "project"))
    path = folder / file
    path.write_bytes(DAMAGE[damage](path.read_text()))
    run(folder, *TARGETS).told(sentence)
    assert tables(folder).items() <= tables(own).items()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(damage, marks=pytest.mark.fault(damage, "all files of a user", "same results"))
        for damage in HARMLESS
    ],
)
def test_an_editor_that_saves_otherwise_changes_nothing(
    damage: str, own: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(own, tmp_path / "project"))
    for file in {file for file, _, _ in FAULTS}:
        path = folder / file
        path.write_bytes(DAMAGE[damage](path.read_text()))
    shutil.rmtree(folder / "results")
    done = run(folder, *TARGETS)
    assert done.code == 0, done.output
    expected = tables(own)
    for drawn in ("audit/sample.csv", "audit/audit.html"):
        del expected[drawn]
    assert tables(folder) == expected
