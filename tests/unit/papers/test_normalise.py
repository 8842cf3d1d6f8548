"""Texts to search in, and the way back from them."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datafootprint.papers.normalise import (
    letters_and_digits,
    normalise,
    page_number,
    storable,
)


@pytest.mark.parametrize(
    ("stored", "normalised"),
    [
        ("Ima\x02geNet", "ImageNet"),
        ("Ima\xadgeNet and soft\xad\nware", "ImageNet and software"),
        ("Ima\ufffegeNet", "ImageNet"),
        ("Ima-\ngeNet", "ImageNet"),
        ("Ima- \n  geNet", "ImageNet"),
        ("Ima-\n\fgeNet", "ImageNet"),
        ("Ima-\fgeNet", "ImageNet"),
        ("a\x85\u2028b\rc", "a b c"),
        ("ImageNet-\n1K", "ImageNet1K"),
        ("a - \n b", "a - b"),
        ("\x02start", "start"),
        ("\ufb01ne", "fine"),
        ("Tiny\u2013ImageNet \u2212 x", "Tiny-ImageNet - x"),
        ("Image\u200bNet\u2060", "ImageNet"),
        ("a \t\n\f b", "a b"),
        ("e\u0301t", "\u00e9t"),
        ("\U0001d408\U0001d426age", "Image"),
        ("\u00bd", "1\u20442"),
        ("", ""),
    ],
)
def test_normalised_form(stored: str, normalised: str) -> None:
    assert normalise(stored).text == normalised


def test_positions_lead_back() -> None:
    stored = "on  the Ima-\ngeNet \ufb01ne set"
    found = normalise(stored)
    start = found.text.index("ImageNet")
    assert stored[slice(*found.span(start, start + len("ImageNet")))] == "Ima-\ngeNet"
    start = found.text.index("ne set")
    assert stored[slice(*found.span(start, start + 6))] == "ne set"


def test_letters_and_digits_of_a_quote() -> None:
    stored = "We train the Res-\nNet \u201cfrom scratch\u201d (91.0%)."
    found = letters_and_digits(stored)
    assert found.text == "wetraintheresnetfromscratch910"
    start = found.text.index("fromscratch")
    assert stored[slice(*found.span(start, start + len("fromscratch")))] == "from scratch"


def test_one_letter_is_longer_in_lower_case() -> None:
    longer = [c for c in map(chr, range(sys.maxunicode + 1)) if len(c.lower()) > 1]
    assert longer == ["\u0130"]
    assert letters_and_digits("\u0130X").text == "ix"


def test_storable_and_pages() -> None:
    assert storable("a\0b\ud800c\r\nd\re\ff") == "abc\nd\ne\nf"
    assert [page_number("ab\fcd\fe", offset) for offset in (0, 2, 3, 6)] == [1, 1, 2, 3]


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("aA-\n\f \x02\xad\u0301\ufb01")))
@example("\ufb01\u0301")
def test_invariants(stored: str) -> None:
    found = normalise(stored)
    origins = [found.origin(i) for i in range(len(found.text))]
    assert origins == sorted(origins)
    assert all(0 <= origin < len(stored) for origin in origins)
    assert "\n" not in found.text
    for position, character in enumerate(letters_and_digits(found).text):
        origin = letters_and_digits(found).origin(position)
        while origin and unicodedata.combining(stored[origin]):
            origin -= 1
        composed = unicodedata.normalize("NFKC", stored[origin:]).lower().replace("i\u0307", "i")
        assert character in composed
