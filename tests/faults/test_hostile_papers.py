"""Hostile archives, folders and addresses of papers: nothing leaves its place."""

import io
import os
import re
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import write_rows
from datafootprint.papers.folder import find_in_folder, folder_state, list_folder
from datafootprint.papers.pdfs import Place, keep
from datafootprint.papers.sources import FetchError, PdfArchive

EVIL_IDS = ["../secret", "../../secret", "/etc/secret", "a/../../../secret", "x\0y", "..", "."]
PDF = b"%PDF-1.4 content %%EOF"


def archive(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members:
            opened.writestr(name, content)
    return stream.getvalue()


@pytest.mark.fault("paths in an archive", "papers", "read by number, written nowhere")
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


@pytest.mark.fault("a zip bomb", "papers", "a row of its own: too_large")
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


@pytest.mark.fault("a damaged archive", "papers", "asked for one by one")
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


@pytest.mark.fault("an id that is a path", "papers (folder)", "no file outside the folder")
@pytest.mark.parametrize("paper_id", EVIL_IDS)
def test_an_id_leads_to_no_file_outside_the_folder(paper_id: str, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "good.pdf").write_bytes(b"%PDF")
    for place in (tmp_path, folder.parent, folder / "2024"):
        (place / "secret.pdf").write_bytes(b"%PDF secret")
    found = find_in_folder(folder, [{"paper_id": paper_id, "year": 2024}])
    assert all(folder.resolve() in path.resolve().parents for path in found.values())


@pytest.mark.fault("a path out of the folder", "papers (folder)", "the file … does not lie below …")
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


@pytest.mark.fault(
    "a foreign encoding in a name", "papers (folder)", "the name … is not UTF-8; rename the file."
)
def test_names_of_files_that_are_no_names_of_papers(tmp_path: Path) -> None:
    year = tmp_path / "2024"
    year.mkdir()
    (year / "lost.pdf").symlink_to(tmp_path / "nowhere")
    assert folder_state(tmp_path, 2024)
    Path(os.fsdecode(bytes(year) + b"/caf\xe9.pdf")).write_bytes(b"%PDF")
    assert folder_state(tmp_path, 2024)
    with pytest.raises(DatafootprintError, match="not UTF-8; rename the file"):
        list_folder(tmp_path, 2024)


@pytest.mark.fault(
    "a link that leads nowhere",
    "papers (folder)",
    "…: lost.pdf is not a file, or a link that leads to none; put the file there or remove it.",
)
def test_a_paper_that_lies_on_a_disk_that_is_gone(
    sentence: re.Pattern[str], tmp_path: Path
) -> None:
    (tmp_path / "2024").mkdir()
    (tmp_path / "2024" / "there.pdf").write_bytes(b"%PDF")
    (tmp_path / "2024" / "lost.pdf").symlink_to(tmp_path / "nowhere")
    with pytest.raises(DatafootprintError) as caught:
        list_folder(tmp_path, 2024)
    assert sentence.fullmatch(str(caught.value))


@pytest.mark.fault("an id twice", "papers (folder)", "there are several files of a; keep one.")
def test_two_files_of_one_paper(tmp_path: Path) -> None:
    year = tmp_path / "2024"
    year.mkdir()
    for name in ("a.pdf", "a.PDF"):
        (year / name).write_bytes(b"%PDF")
    with pytest.raises(DatafootprintError, match="several files of a; keep one"):
        list_folder(tmp_path, 2024)


@pytest.mark.fault("an address that is a path", "papers", "no file outside the cache")
@pytest.mark.parametrize("address", [*EVIL_IDS, "a" * 5000])
def test_addresses_never_become_paths(address: str, tmp_path: Path) -> None:
    cache = tmp_path / "deep" / "cache"
    keep(cache, Place("urls", address), PDF, 10**6)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files and all(cache in path.parents for path in files)
