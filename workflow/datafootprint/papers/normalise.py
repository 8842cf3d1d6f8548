"""Two forms of a paper's text to search in, each with the way back to the stored text.

`normalise` undoes what typesetting does to words: hyphens at line ends, ligatures, kinds of dashes,
invisible characters, line breaks. `letters_and_digits` keeps only these, in lower case; quotes are
compared in this form.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

PAGE_BREAK = "\f"

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
#: Marks for a hyphen at a line end: U+0002 is how PDFium writes one, U+00AD is the soft hyphen,
#: U+FFFE is what a broken font map makes of it.
_MARKS = "\x02\xad\ufffe"
_DASHES = "-\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_COMBINING = "\u0300-\u036f"
_LINE_END = r"[^\S\n\f]*[\n\f]\s*(?=\w)"
#: What is rewritten; a lone line break is left for the end, since there are many.
_SPECIAL = re.compile(
    rf"""
    (?P<hyphen> [{_MARKS}]+ (?:{_LINE_END})? | (?<=\w)[{_DASHES}]{_LINE_END} )
  | (?P<space> \s\s+ | [^\S \n\f] )
  | (?P<dash> [{_DASHES[1:]}] )
  | (?P<other> .[{_COMBINING}]+ | [^ -~\n\f] )
    """,
    re.VERBOSE,
)
_REPLACEMENTS = {"hyphen": "", "space": " ", "dash": "-"}


@dataclass(frozen=True, slots=True)
class MappedText:
    """A text made from another one, with the way back.

    Piece i begins at `starts[i]` of `text` and at `origins[i]` of the text it was made from; inside
    a piece both run in step. `source` is that text, if it is itself a `MappedText`.
    """

    text: str
    starts: Sequence[int]
    origins: Sequence[int]
    source: "MappedText | None" = None

    def origin(self, position: int) -> int:
        """Return where the character at `position` of `text` is in the stored text."""
        place = self.place(position)
        return place if self.source is None else self.source.origin(place)

    def place(self, position: int) -> int:
        """Return where the character at `position` is in the text this one was made from."""
        piece = bisect_right(self.starts, position) - 1
        return self.origins[piece] + position - self.starts[piece]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end in the stored text of ``text[start:end]``, which is not empty."""
        return self.origin(start), self.origin(end - 1) + 1


def storable(page: str) -> str:
    r"""Make the extracted text of a page fit to be stored.

    Drops NUL and lone surrogates, which no UTF-8 file can hold, writes line ends as ``\n``, and
    takes page breaks out of a page.
    """
    page = _UNSTORABLE.sub("", page)
    return page.replace("\r\n", "\n").replace("\r", "\n").replace(PAGE_BREAK, "\n")


def page_number(stored: str, offset: int) -> int:
    """Return the page, counted from 1, of an offset in a stored text."""
    return stored.count(PAGE_BREAK, 0, offset) + 1


def normalise(text: str) -> MappedText:
    """Undo hyphenation, ligatures, kinds of dashes, invisible characters and line breaks.

    Words broken at a line end are joined without their hyphen, so ``ImageNet-`` + line end + ``1K``
    becomes ``ImageNet1K``: patterns allow for a missing hyphen. Every dash is ``-``, every run of
    white space (page breaks too) one space, the rest is in Unicode form NFKC.
    """
    pieces: list[str] = []
    starts, origins = [0], [0]
    length = done = 0
    for match in _SPECIAL.finditer(text):
        start, end = match.span()
        new = _plain(match)
        pieces += (text[done:start], new)
        length += start - done
        if len(new) != end - start:
            # All but the first of several new characters lead to the last old one.
            for place in range(len(new)):
                starts.append(length + place)
                origins.append(end - 1 if place else start)
            starts.append(length + len(new))
            origins.append(end)
        length += len(new)
        done = end
    pieces.append(text[done:])
    plain = "".join(pieces).replace("\n", " ").replace(PAGE_BREAK, " ")
    return MappedText(plain, starts, origins)


def letters_and_digits(text: str | MappedText) -> MappedText:
    """Keep letters and digits only, in lower case, of a stored text or its normalised form."""
    source = normalise(text) if isinstance(text, str) else text
    kept = [place for place, sign in enumerate(source.text) if sign.isalnum()]
    letters = "".join(source.text[place] for place in kept).lower()
    return MappedText(letters, range(len(kept)), kept, source)


def _plain(match: re.Match[str]) -> str:
    if match.lastgroup in _REPLACEMENTS:
        return _REPLACEMENTS[match.lastgroup]
    found = match.group()
    if unicodedata.category(found[0]) in ("Cc", "Cf"):
        found = found[1:]
    # Some marks stand for a space and a combining mark; the lower case of U+0130 is two letters.
    return unicodedata.normalize("NFKC", found).strip().replace("\u0130", "I")
