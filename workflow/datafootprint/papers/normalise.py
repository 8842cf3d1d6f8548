"""Two forms of a paper's text to search in, each with the way back to the text as it was stored.

`normalise` undoes what typesetting does to words: hyphens at line ends, ligatures, kinds of dashes,
invisible characters, line breaks. `letters_and_digits` keeps only these, in lower case, and is what
a quote is compared with. Both return a `MappedText`, whose positions lead back to the stored text.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

PAGE_BREAK = "\f"

# Marks that stand for a hyphen at a line end: U+0002 is how PDFium writes one, U+00AD is the soft
# hyphen, U+FFFE what a broken font map makes of it.
_LINE_END_HYPHENS = "\x02\xad\ufffe"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_CONTROL_OR_FORMAT = ("Cc", "Cf")
_DELETED = "\x00"
_ALPHANUMERIC_RUN = re.compile(r"[^\W_]+")

# Places where the normalised text is shorter or longer than the stored one.
_UNEVEN = re.compile(
    rf"""
    (?P<join> (?<=\w)
        (?: [{_LINE_END_HYPHENS}]+ (?: [^\S\n]* \n \s* )? | - [^\S\n]* \n \s* )
        (?=\w) )
  | (?P<drop> [{_DELETED}{_LINE_END_HYPHENS}]+ )
  | (?P<space> \s{{2,}} )
  | (?P<compose> \S [\u0300-\u036f]+ )
  | (?P<expand> [^\x00-\x7f] )
    """,
    re.VERBOSE,
)


class _OneToOne(dict[int, int]):
    """Translation of single characters to single characters, filled as characters are met."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        if character in _LINE_END_HYPHENS or character.isspace():
            new = character
        elif character in _DASHES:
            new = "-"
        elif unicodedata.category(character) in _CONTROL_OR_FORMAT:
            new = _DELETED
        else:
            composed = unicodedata.normalize("NFKC", character)
            new = composed if len(composed) == 1 else character
            # The one letter whose lower case is longer than itself.
            new = "I" if new == "\u0130" else new
        self[code] = ord(new)
        return self[code]


_ONE_TO_ONE = _OneToOne()


@dataclass(frozen=True, slots=True)
class MappedText:
    """A text made from another one, with the way back.

    Attributes
    ----------
    text : str
        The new text.
    starts, origins : list of int
        Piece i begins at `starts[i]` of `text` and at `origins[i]` of the text it was made from;
        inside a piece both run in step.
    source : MappedText or None
        What the text was made from, if that is itself a `MappedText`.
    """

    text: str
    starts: list[int]
    origins: list[int]
    source: "MappedText | None" = None

    def origin(self, position: int) -> int:
        """Return where the character at `position` of `text` stands in the stored text."""
        piece = bisect_right(self.starts, position) - 1
        origin = self.origins[piece] + position - self.starts[piece]
        return origin if self.source is None else self.source.origin(origin)

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

    Parameters
    ----------
    text : str
        A stored text.

    Returns
    -------
    MappedText
        The normalised text with its way back to `text`.
    """
    text = text.translate(_ONE_TO_ONE)
    pieces: list[str] = []
    starts, origins = [0], [0]
    length = done = 0
    for match in _UNEVEN.finditer(text):
        kind, found = match.lastgroup, match.group()
        if kind in ("join", "drop"):
            new = ""
        elif kind == "space":
            new = " "
        else:
            new = unicodedata.normalize("NFKC", found)
            if len(new) == len(found):
                continue
        start, end = match.span()
        pieces += (text[done:start], new)
        length += start - done
        if new:
            starts.append(length)
            origins.append(start)
            # All but the first of several new characters lead to the last old one.
            for extra in range(1, len(new)):
                starts.append(length + extra)
                origins.append(end - 1)
            length += len(new)
        starts.append(length)
        origins.append(end)
        done = end
    pieces.append(text[done:])
    joined = re.sub(r"\s", " ", "".join(pieces))
    return MappedText(joined, starts, origins)


def letters_and_digits(text: str | MappedText) -> MappedText:
    """Keep letters and digits only, in lower case, of the normalised text.

    Parameters
    ----------
    text : str or MappedText
        A stored text, or what `normalise` made of it.

    Returns
    -------
    MappedText
        Its positions lead back to the stored text.
    """
    source = normalise(text) if isinstance(text, str) else text
    pieces: list[str] = []
    starts, origins = [0], [0]
    length = 0
    for match in _ALPHANUMERIC_RUN.finditer(source.text.lower()):
        starts.append(length)
        origins.append(match.start())
        pieces.append(match.group())
        length += match.end() - match.start()
    return MappedText("".join(pieces), starts, origins, source)
