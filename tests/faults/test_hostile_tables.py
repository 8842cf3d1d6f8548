"""Tables and records with hostile cells, foreign encodings and what is no number."""

import csv
import io
import json
from pathlib import Path

import pytest
from tests.services.usage_papers import make_mention

from datafootprint.errors import DatafootprintError
from datafootprint.hub.snapshot import read_datasets, write_datasets
from datafootprint.legacy_records import read_records
from datafootprint.legacy_tables import read_rows, write_rows
from datafootprint.report.tables import energy_table

FORMULAS = ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-2+3+cmd|' /C calc'!A0", "\t=1",
            "\r=1", "\n=1", "＝1+1", "＠x", "'=1", "-abc\n"]  # fmt: skip


@pytest.mark.fault("formulas in names", "hub, report", "written behind an apostrophe")
@pytest.mark.parametrize("text", FORMULAS)
def test_no_table_for_people_or_of_the_hub_holds_a_formula(text: str, tmp_path: Path) -> None:
    row = {
        "model": text,
        "subset": "full",
        "minutes_per_epoch": 1.0,
        "kwh_per_epoch": 1.0,
        "gain_minutes": None,
    }
    cells = [
        cell
        for line in csv.reader(io.StringIO(energy_table([row]).csv(), newline=""))
        for cell in line
    ]
    path = tmp_path / "datasets.csv.gz"
    item = {"id": text, "createdAt": "2024-01-01T00:00:00.000Z"}
    write_datasets([item], "", path)
    assert [found["dataset"] for found in read_datasets(path)] == [text]
    import gzip

    cells += list(csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode(), newline="")))[
        1
    ]
    for cell in cells:
        assert cell[:1] not in tuple("=@+\t\r\n＝＠＋－"), cell
        assert not cell.startswith("-") or cell[1:].replace(".", "").isalnum() or cell == "-"


@pytest.mark.fault("line ends in cells", "all", "come back as they were")
def test_line_ends_within_cells_come_back(tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    rows = [
        {"paper_id": f"p{n}", "title": title, "year": 2024, "file": "x"}
        for n, title in enumerate(["a\rb", "a\nb", "a\r\nb", 'a"\r"b', "a,b"])
    ]
    write_rows(rows, path, "folder_manifest")
    assert read_rows(path, "folder_manifest") == rows


@pytest.mark.fault("numbers that Python alone reads", "all", "one sentence")
def test_cells_that_python_alone_takes_for_numbers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    for number in ("1_000", "\N{ARABIC-INDIC DIGIT THREE}", "0x10", "9" * 5000, "1e999", "nan"):
        path.write_text(f"year,publications\n2020,{number}\n", encoding="utf-8")
        with pytest.raises(DatafootprintError):
            read_rows(path, "publications")


@pytest.mark.fault("truncated or hostile JSONL", "all", "line 1: not JSON …")
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("[" * 100_000, "line 1: not JSON"),
        ('{"mentions": ' + "9" * 5000 + "}", "line 1: not JSON"),
        ('{"mentions": NaN}', "NaN is not a number of JSON"),
        ('{"paper_id": "a", "paper_id": "b"}', "a key is given twice"),
        ('{"paper_id": "a"', "line 1: not JSON"),
    ],
)
def test_lines_that_are_no_records(line: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "mentions.jsonl"
    path.write_text(line)
    with pytest.raises(DatafootprintError, match=sentence):
        read_records(path, "mentions")


@pytest.mark.fault("a foreign encoding", "all", "…: not UTF-8 text; save it as UTF-8.")
def test_records_of_a_foreign_editor(tmp_path: Path) -> None:
    row = make_mention(tmp_path, "p", "We use ImageNet here.")
    path = tmp_path / "mentions.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(row).encode() + b"\r\n\r\n")
    assert read_records(path, "mentions") == [row]
    for content in (json.dumps(row).encode("utf-16"), b"\xe9"):
        path.write_bytes(content)
        with pytest.raises(DatafootprintError, match="save it as UTF-8"):
            read_records(path, "mentions")
    with pytest.raises(DatafootprintError, match="cannot be read: Is a directory"):
        read_records(tmp_path, "mentions")
    with pytest.raises(DatafootprintError, match="cannot be read: Is a directory"):
        read_rows(tmp_path, "papers")
