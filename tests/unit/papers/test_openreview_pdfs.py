"""Archives of PDFs, and what is no link."""

import io
import zipfile
from pathlib import Path

import pytest

from datafootprint.http import session
from datafootprint.papers.openreview_pdfs import fetch_link, unpack
from datafootprint.papers.pdfs import Outcome


def archive(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members:
            opened.writestr(name, content)
    return stream.getvalue()


def test_members_are_named_by_number_and_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    members = [("../7_a.pdf", b"seven"), ("8.pdf", b"no"), ("9_b.pdf", bytes(200)), ("_", b"")]
    found = unpack(archive(*members), 100)
    assert found == {7: b"seven"}
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_member_costs_itself_alone() -> None:
    whole = archive(("1_a.pdf", b"content " * 99), ("2_b.pdf", b"other"))
    broken = bytearray(whole)
    broken[45] ^= 255
    assert unpack(bytes(broken), 10**6) == {2: b"other"}
    for bad in (whole[:-5], b"", b"<html>"):
        assert unpack(bad, 10**6) == {}


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://[::1", "ftp://a.org/a.pdf", "//a.org", "http://", ""]
)
def test_what_is_no_link_is_refused(url: str) -> None:
    got = fetch_link(session(retries=0), url)
    assert isinstance(got, Outcome) and got.status == "unreachable"
