"""The cache of texts and records in JSON Lines."""

import json
from pathlib import Path

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_records import (
    iter_records,
    read_records,
    write_records,
    write_sorted_records,
)
from datafootprint.papers.texts import find_text, read_text, text_path, write_text

SHA = "ab" * 32
ROW = {
    "paper_id": "p1",
    "year": 2024,
    "title": "Eine Probe \u00fc",
    "pdf_sha256": SHA,
    "status": "read",
    "detail": "",
    "mentions": 1,
    "in_references_only": False,
    "passages": [
        {"page": 1, "start": 0, "text": "a", "pattern": "a", "in_references": False},
    ],
}


def test_text_goes_in_and_comes_out(tmp_path: Path) -> None:
    text = write_text(tmp_path, SHA, ["one\r\ntwo\0", "three\u2028\x85"], "pypdfium2", "pypdf", "6")
    assert text == "one\ntwo\fthree\u2028\x85" == read_text(tmp_path, SHA)
    assert text_path(tmp_path, SHA) == tmp_path / "text" / "ab" / f"{SHA}.txt"
    header, _ = find_text(tmp_path, SHA) or pytest.fail("not found")
    assert (header["engine"], header["extractor"], header["version"]) == ("pypdfium2", "pypdf", "6")


@pytest.mark.parametrize("content", [b"", b"no header\ntext", b'{"format": 0}\ntext', b"\xff"])
def test_damaged_text_counts_as_missing(tmp_path: Path, content: bytes) -> None:
    text_path(tmp_path, SHA).parent.mkdir(parents=True)
    text_path(tmp_path, SHA).write_bytes(content)
    assert find_text(tmp_path, SHA) is None
    with pytest.raises(DatafootprintError, match="snakemake mentions"):
        read_text(tmp_path, SHA)


def test_the_text_of_another_pdf_counts_as_missing(tmp_path: Path) -> None:
    write_text(tmp_path, SHA, ["one"], "pypdf", "pypdf", "6")
    other = text_path(tmp_path, "ba" * 32)
    other.parent.mkdir()
    text_path(tmp_path, SHA).rename(other)
    assert find_text(tmp_path, "ba" * 32) is None


def test_records_go_in_and_come_out(tmp_path: Path) -> None:
    path = tmp_path / "mentions.jsonl"
    other = ROW | {"paper_id": "p0", "title": "line\u2028separator"}
    write_records([ROW, other], path, "mentions")
    assert read_records(path, "mentions") == [other, ROW]
    first = path.read_bytes()
    write_records([other, ROW], path, "mentions")
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "line 1: not JSON"),
        ("[]", "line 1: not a JSON object"),
        (
            json.dumps(ROW | {"status": "gone"}),
            "status: 'gone' is not one of read, no_text, failed, no_pdf",
        ),
        ('{"paper_id": "p"}', '"year" is a required property'),
    ],
)
def test_a_broken_record_is_named(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "mentions.jsonl"
    path.write_text(content)
    with pytest.raises(DatafootprintError, match=sentence):
        read_records(path, "mentions")


def test_missing_and_repeated(tmp_path: Path) -> None:
    with pytest.raises(DatafootprintError, match="no such file"):
        read_records(tmp_path / "none.jsonl", "mentions")
    with pytest.raises(DatafootprintError, match="occurs twice"):
        write_records([ROW, ROW], tmp_path / "mentions.jsonl", "mentions")
    assert not (tmp_path / "mentions.jsonl").exists()


def test_records_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "mentions.jsonl"
    other = ROW | {"paper_id": "p0"}
    write_sorted_records(iter([other, ROW]), path, "mentions")
    assert read_records(path, "mentions") == [other, ROW]
    for rows, fault in (([ROW, other], "comes after"), ([ROW, ROW], "occurs twice")):
        with pytest.raises(DatafootprintError, match=fault):
            write_sorted_records(rows, path, "mentions")
    assert read_records(path, "mentions") == [other, ROW]
    assert list(tmp_path.iterdir()) == [path]


def test_reading_goes_no_further_than_what_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "mentions.jsonl"
    other = ROW | {"paper_id": "p0"}
    write_records([other, ROW], path, "mentions")
    with path.open("a") as stream:
        stream.write("cut")
    rows = iter_records(path, "mentions")
    assert [next(rows), next(rows)] == [other, ROW]
    with pytest.raises(DatafootprintError, match="line 3: not JSON"):
        next(rows)
