"""Hostile papers, listings, archives and caches: nothing leaves its place, nothing runs."""

import csv
import io
import json
import os
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.services.usage_papers import make_mention

from datafootprint.errors import DatafootprintError
from datafootprint.hub.snapshot import read_datasets, write_datasets
from datafootprint.papers.folder import find_in_folder, folder_state, list_folder
from datafootprint.papers.pace import Pace, Patience
from datafootprint.papers.pdfs import Outcome, Place, keep, note, recall
from datafootprint.papers.sources import FetchError, PdfArchive
from datafootprint.records import read_records
from datafootprint.report.tables import energy_table
from datafootprint.tables import read_rows, write_rows
from datafootprint.usage.llm.cache import AnswerCache
from datafootprint.usage.llm.spending import Ledger

EVIL_IDS = ["../secret", "../../secret", "/etc/secret", "a/../../../secret", "x\0y", "..", "."]


def archive(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members:
            opened.writestr(name, content)
    return stream.getvalue()


def test_members_with_paths_are_read_by_number_and_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = PdfArchive(
        archive(
            ("../../7_evil.pdf", b"seven"),
            ("/etc/8_evil.pdf", b"eight"),
            ("9" * 5000 + "_x.pdf", b"long"),
            ("\N{ARABIC-INDIC DIGIT THREE}_x.pdf", b"three"),
            ("_.pdf", b""),
        ),
        100,
    )
    assert sorted(found.members) == [7, 8]
    assert found.read(7) == b"seven" and found.read(3) is None and found.read(None) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("declared", [None, 1000])
def test_a_bomb_is_not_unpacked(declared: int | None) -> None:
    packed = bytearray(archive(("1_bomb.pdf", bytes(200_000_000)), ("2_ok.pdf", b"%PDF")))
    if declared is not None:
        # The directory at the end says that the member is small.
        place = packed.index(b"PK\x01\x02") + 24
        packed[place : place + 4] = struct.pack("<I", declared)
    found = PdfArchive(bytes(packed), 10**6)
    tracemalloc.start()
    content = found.read(1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert content is None or isinstance(content, FetchError)
    assert peak < 10_000_000
    assert found.read(2) == b"%PDF"


def test_members_that_cannot_be_unpacked_are_none() -> None:
    plain = archive(("1_a.pdf", b"content " * 99))
    locked = bytearray(plain)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    strange = bytearray(plain)
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        strange[strange.index(mark) + offset] = 97
    broken = bytearray(plain)
    broken[45] ^= 255
    for bad in (locked, strange, broken, plain[:-5], b"", b"<html>", plain[:60]):
        assert PdfArchive(bytes(bad), 10**6).read(1) is None


@pytest.mark.parametrize("paper_id", EVIL_IDS)
def test_an_id_leads_to_no_file_outside_the_folder(paper_id: str, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "good.pdf").write_bytes(b"%PDF")
    for place in (tmp_path, folder.parent, folder / "2024"):
        (place / "secret.pdf").write_bytes(b"%PDF secret")
    found = find_in_folder(folder, [{"paper_id": paper_id, "year": 2024}])
    assert all(folder.resolve() in path.resolve().parents for path in found.values())


@pytest.mark.parametrize("file", ["../secret.pdf", "/etc/passwd", "a/../../secret.pdf"])
def test_a_manifest_names_files_below_it_only(file: str, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (tmp_path / "secret.pdf").write_bytes(b"%PDF")
    rows = [{"paper_id": "p", "title": "", "year": 2024, "file": file}]
    write_rows(rows, folder / "manifest.csv", "folder_manifest")
    with pytest.raises(DatafootprintError, match="does not lie below"):
        list_folder(folder, 2024)
    assert find_in_folder(folder, [{"paper_id": "p", "year": 2024}]) == {}


def test_names_of_files_that_are_no_names_of_papers(tmp_path: Path) -> None:
    year = tmp_path / "2024"
    year.mkdir()
    (year / "lost.pdf").symlink_to(tmp_path / "nowhere")
    assert folder_state(tmp_path, 2024)
    Path(os.fsdecode(bytes(year) + b"/caf\xe9.pdf")).write_bytes(b"%PDF")
    assert folder_state(tmp_path, 2024)
    with pytest.raises(DatafootprintError, match="not UTF-8; rename the file"):
        list_folder(tmp_path, 2024)


def test_two_files_of_one_paper(tmp_path: Path) -> None:
    year = tmp_path / "2024"
    year.mkdir()
    for name in ("a.pdf", "a.PDF"):
        (year / name).write_bytes(b"%PDF")
    with pytest.raises(DatafootprintError, match="several files of a; keep one"):
        list_folder(tmp_path, 2024)


PLACE = Place("urls", "https://example.org/../../../x\0")
PDF = b"%PDF-1.4 content %%EOF"


@pytest.mark.parametrize("address", [*EVIL_IDS, "a" * 5000])
def test_addresses_never_become_paths(address: str, tmp_path: Path) -> None:
    cache = tmp_path / "deep" / "cache"
    keep(cache, Place("urls", address), PDF, 10**6)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files and all(cache in path.parents for path in files)


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"place": 1, "outcome": {"status": "ok"}}',
        {"status": "ok", "sha256": "../../../../secret", "bytes": 4},
        {"status": "ok", "sha256": 5, "bytes": 4},
        {"status": "ok", "sha256": None, "bytes": 4},
        {"status": ["ok"], "sha256": None},
    ],
)
def test_a_corrupt_record_of_a_download_is_asked_for_again(record: Any, tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(b"1234")
    cache = tmp_path / "cache"
    note(cache, PLACE, Outcome("no_link"))
    (path,) = (cache / "fetched").rglob("*.json")
    if isinstance(record, dict):
        place = {"source": PLACE.source, "address": PLACE.address}
        record = json.dumps({"place": place, "outcome": record}).encode()
    path.write_bytes(record)
    assert recall(cache, PLACE, 10**6) is None


def test_a_truncated_pdf_in_the_cache_is_replaced(tmp_path: Path) -> None:
    kept = keep(tmp_path, PLACE, PDF, 10**6)
    (path,) = (tmp_path / "pdf").rglob("*.pdf")
    path.write_bytes(PDF[:5])
    assert recall(tmp_path, PLACE, 10**6) is None
    assert keep(tmp_path, PLACE, PDF, 10**6) == kept
    assert path.read_bytes() == PDF and recall(tmp_path, PLACE, 10**6) == kept


@pytest.mark.parametrize(
    "entry",
    ["", "{", "[]", "7", '{"body": {}}', '{"body": {"choices": []}}', '{"body": null}',
     '{"body": {"choices": [{}]}}', '{"body": {"choices": [{}]}, "cost_usd": "free"}'],
)  # fmt: skip
def test_a_corrupt_answer_is_asked_for_again(entry: str, tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    cache.path("k").parent.mkdir(parents=True)
    cache.path("k").write_text(entry)
    assert cache.get("k", 100) is None


def test_money_of_killed_runs_is_never_forgotten(tmp_path: Path) -> None:
    for _ in range(3):
        # In a container every run has the same process number.
        assert Ledger(tmp_path, 10).reserve(1.0)
    with (tmp_path / "spending.jsonl").open("a") as stream:
        stream.write('{"request": "cut')
    assert Ledger(tmp_path, 10).reserve(2.0)
    assert Ledger(tmp_path, 10).spent_usd == 5.0
    with (tmp_path / "spending.jsonl").open("a") as stream:
        stream.write('{"cost_usd": 1}\n')
    with pytest.raises(DatafootprintError, match="line 6: not a note of what was spent"):
        Ledger(tmp_path, 10)


def test_a_clock_that_is_set_back_stops_nobody(tmp_path: Path) -> None:
    state = tmp_path / "host.json"
    for content in (
        json.dumps({"/notes": time.time() + 365 * 86400}),
        "[]",
        '{"/notes": "x"}',
        "{",
    ):
        state.write_text(content)
        began = time.monotonic()
        with Pace(tmp_path, Patience(5)).turn("host", "/notes"):
            assert time.monotonic() - began < 1


FORMULAS = ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-2+3+cmd|' /C calc'!A0", "\t=1",
            "\r=1", "\n=1", "＝1+1", "＠x", "'=1", "-abc\n"]  # fmt: skip


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


def test_line_ends_within_cells_come_back(tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    rows = [
        {"paper_id": f"p{n}", "title": title, "year": 2024, "file": "x"}
        for n, title in enumerate(["a\rb", "a\nb", "a\r\nb", 'a"\r"b', "a,b"])
    ]
    write_rows(rows, path, "folder_manifest")
    assert read_rows(path, "folder_manifest") == rows


def test_cells_that_python_alone_takes_for_numbers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    for number in ("1_000", "\N{ARABIC-INDIC DIGIT THREE}", "0x10", "9" * 5000, "1e999", "nan"):
        path.write_text(f"year,publications\n2020,{number}\n", encoding="utf-8")
        with pytest.raises(DatafootprintError):
            read_rows(path, "publications")


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


SECRETS = {
    "OPENAI_API_KEY": "sk-1234567890",
    "DIMENSIONS_API_KEY": "dim/ens+ions",
    "OPENALEX_API_KEY": "open-alex",
    "OPENREVIEW_PASSWORD": 'pass "word',
    "HF_TOKEN": "hf_abcdef",
}
JOB = """
import logging, os, sys, warnings
from urllib.parse import quote
sys.path.insert(0, {package!r})
from datafootprint.errors import DatafootprintError
from datafootprint.job import logged_to
secrets = [os.environ[name] for name in {names!r}]
told = " ".join([*secrets, *map(quote, secrets), *map(repr, secrets)])
with logged_to({log!r}):
    logging.getLogger("datafootprint.x").warning("a line %s", told)
    warnings.warn(told)
    try:
        raise KeyError(told)
    except KeyError as error:
        raise {error}
"""


@pytest.mark.parametrize(
    "error", ["ValueError(told)", "DatafootprintError(told)", "OSError(28, told)", "OSError(told)"]
)
def test_no_secret_in_logs_and_tracebacks(error: str, tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    code = JOB.format(
        package=str(ROOT / "workflow"), names=list(SECRETS), log=str(log), error=error
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **SECRETS}, capture_output=True, text=True
    )
    assert done.returncode == 1
    text = log.read_text() + done.stdout + done.stderr
    assert "***" in text
    assert ("Traceback" in text) == (error in ("ValueError(told)", "OSError(told)"))
    for secret in (*SECRETS.values(), "dim%2Fens%2Bions", "pass%20%22word"):
        assert secret not in text
