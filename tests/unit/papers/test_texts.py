"""The cache of texts."""

from pathlib import Path

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.papers.extract import has_no_words
from datafootprint.papers.texts import find_text, read_text, text_path, write_text

SHA = "ab" * 32


def test_text_goes_in_and_comes_out(tmp_path: Path) -> None:
    text = write_text(tmp_path, SHA, ["one\r\ntwo\0", "three\u2028\x85"], "pypdfium2", "pypdf", "6")
    assert text == "one\ntwo\fthree\u2028\x85" == read_text(tmp_path, SHA)
    assert text_path(tmp_path, SHA) == tmp_path / "text" / "ab" / f"{SHA}.txt"
    assert find_text(tmp_path, SHA, "pypdfium2") == text
    assert find_text(tmp_path, SHA, "pypdf") is None


@pytest.mark.parametrize("content", [b"", b"no header\ntext", b'{"format": 0}\ntext', b"\xff"])
def test_damaged_text_counts_as_missing(tmp_path: Path, content: bytes) -> None:
    text_path(tmp_path, SHA).parent.mkdir(parents=True)
    text_path(tmp_path, SHA).write_bytes(content)
    assert find_text(tmp_path, SHA) is None
    with pytest.raises(DatafootprintError, match="snakemake mentions"):
        read_text(tmp_path, SHA)


def test_glyph_numbers_and_control_characters_are_no_words() -> None:
    assert has_no_words("\x05\n\x01\x11\n\x17\n\x13\t\x01\x0f" * 40)
    assert has_no_words("(cid:5)(cid:13)(cid:10) (cid:1)" * 40)
    assert has_no_words("%-*!1*7-3)!/**46!7-*!35)*5!3+!7-*!" * 20)
    assert not has_no_words("We train on ImageNet (76.4%). " * 20 + "12.3 45.6 ± 0.2 | " * 40)
    assert not has_no_words("我们在ImageNet上训练网络。" * 20)
