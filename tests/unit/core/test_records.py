"""Records are read, checked, sorted and written by their model."""

from pathlib import Path

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.records import Record, iter_records, read_records, write_records


class Paper(Record):
    """A record."""

    paper_id: str
    year: int
    share: float | None = None


PAPERS = [Paper(paper_id="a", year=2018), Paper(paper_id="b\u2028é", year=2017, share=0.5)]
LINES = (
    '{"paper_id": "a", "year": 2018, "share": null}\n'
    '{"paper_id": "b\u2028é", "year": 2017, "share": 0.5}\n'
)


@pytest.mark.parametrize("in_order", [True, False])
def test_records_come_back_as_they_were(tmp_path: Path, in_order: bool) -> None:
    path = tmp_path / "papers.jsonl"
    write_records(PAPERS if in_order else reversed(PAPERS), path, in_order)
    assert path.read_text(encoding="utf-8") == LINES
    assert read_records([path, path], Paper) == [*PAPERS, *PAPERS]


def test_a_foreign_editor_may_have_saved_the_file(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + LINES.replace("\n", "\r\n\r\n").encode())
    assert list(iter_records(path, Paper)) == PAPERS
    path.write_bytes(LINES.encode("utf-16"))
    with pytest.raises(DatafootprintError, match="save it as UTF-8"):
        read_records(path, Paper)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('{"paper_id": "c"', "line 3: Invalid JSON"),
        ('{"paper_id": "c", "year": "2018"}', "line 3: year: Input should be a valid integer"),
        ('{"paper_id": "c", "year": 1, "share": NaN}', "line 3: share: Input should be a finite"),
        ('{"paper_id": "c", "year": 1, "colour": 1}', "line 3: colour: Extra inputs"),
        ('{"paper_id": "a", "year": 1}', "line 3: paper_id a occurs twice"),
        ("[]", "line 3: "),
    ],
)
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text(LINES + line, encoding="utf-8")
    with pytest.raises(DatafootprintError, match=sentence):
        read_records(path, Paper)


def test_a_key_that_is_given_twice_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    with pytest.raises(DatafootprintError, match="occurs twice"):
        write_records([*PAPERS, PAPERS[0]], path)
    assert not path.exists()
