"""Archives of PDFs."""

import io
import zipfile

from datafootprint.papers.openreview_pdfs import unpack


def test_members_are_named_by_number() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in [
            ("7_a.pdf", b"seven"),
            ("8.pdf", b"no"),
            ("9_b.pdf", bytes(200)),
            ("_", b""),
        ]:
            opened.writestr(name, content)
    assert unpack(stream.getvalue(), 100) == {7: b"seven"}
    for bad in (stream.getvalue()[:-5], b"", b"<html>"):
        assert unpack(bad, 100) == {}
