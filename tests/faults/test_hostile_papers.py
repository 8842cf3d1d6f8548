"""Archives of PDFs that hold anything."""

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from datafootprint.papers.sources import FetchError, PdfArchive


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
