"""Single entries of a cache that are damaged or cut: had again, and no money forgotten."""

from pathlib import Path

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.papers.pdfs import Outcome, keep, recall
from datafootprint.usage.llm.paid import AnswerCache, Ledger

PLACE = "openreview\na https://example.org/../../../x\0"
PDF = b"%PDF-1.4 content %%EOF"


@pytest.mark.fault("a damaged record of a download", "papers", "asked for again")
@pytest.mark.parametrize(
    "record",
    [b"", b"[]", b"{", b"\xff\xfe", b'{"outcome": {}}', b'{"outcome": {"sha256": "../x"}}'],
)
def test_a_corrupt_record_of_a_download_is_asked_for_again(record: bytes, tmp_path: Path) -> None:
    keep(tmp_path, PLACE, Outcome("not_found"), 10**6)
    (path,) = (tmp_path / "fetched").rglob("*.json")
    path.write_bytes(record)
    assert recall(tmp_path, PLACE) is None


@pytest.mark.fault("a PDF cut in the cache", "papers", "had again")
def test_a_truncated_pdf_in_the_cache_is_replaced(tmp_path: Path) -> None:
    kept = keep(tmp_path, PLACE, PDF, 10**6)
    (path,) = (tmp_path / "pdf").rglob("*.pdf")
    path.write_bytes(PDF[:5])
    assert recall(tmp_path, PLACE) is None
    assert keep(tmp_path, PLACE, PDF, 10**6) == kept
    assert path.read_bytes() == PDF and recall(tmp_path, PLACE) == kept


@pytest.mark.fault("a damaged answer of a model", "usage", "asked for again")
@pytest.mark.parametrize(
    "entry",
    ["", "{", "[]", "7", '{"body": {}}', '{"body": {"choices": []}}', '{"body": null}',
     '{"body": {"choices": [{}]}}', '{"body": {"choices": [{}]}, "cost_usd": "free"}'],
)  # fmt: skip
def test_a_corrupt_answer_is_asked_for_again(entry: str, tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    cache.path("k").parent.mkdir(parents=True)
    cache.path("k").write_text(entry)
    assert cache.get("k") is None


@pytest.mark.fault("kills while money is spent", "usage", "every cent counts")
def test_money_of_killed_runs_is_never_forgotten(tmp_path: Path) -> None:
    for _ in range(3):
        # In a container every run has the same process number.
        assert Ledger(tmp_path, 10).reserve(1.0)
    with (tmp_path / "spending.jsonl").open("a") as stream:
        stream.write('{"request": "cut')
    assert Ledger(tmp_path, 10).reserve(2.0)
    assert Ledger(tmp_path, 10).spent_usd == 5.0


@pytest.mark.fault(
    "a damaged note of what was spent", "usage", "… is not a note of what was spent; …"
)
@pytest.mark.parametrize(
    "line",
    ['{"cost_usd": 1}', "[]", *(f'{{"request": "r", "cost_usd": {usd}}}'
     for usd in ("NaN", "-1000", "-Infinity", "Infinity", '"1"', "null"))],
)  # fmt: skip
def test_a_damaged_note_frees_no_money(line: str, tmp_path: Path) -> None:
    (tmp_path / "spending.jsonl").write_text(line + "\n")
    with pytest.raises(DatafootprintError, match="is not a note of what was spent"):
        Ledger(tmp_path, 10).reserve(1.0)
