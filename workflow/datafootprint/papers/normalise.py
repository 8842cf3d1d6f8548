"""Two forms of a paper's text to search in, each with the way back to the text as it was stored.

`normalise` undoes what typesetting does to words: hyphens at line ends, ligatures, kinds of dashes,
invisible characters, line breaks. `letters_and_digits` keeps only these, in lower case, and is what
a quote is compared with. Both return a `MappedText`, whose positions lead back to the stored text.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

PAGE_BREAK = "\f"

#: Marks that stand for a hyphen at a line end: U+0002 is how PDFium writes one, U+00AD is the soft
#: hyphen, U+FFFE what a broken font map makes of it.
_LINE_END_HYPHENS = "\x02\xad\ufffe"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_CONTROL_OR_FORMAT = ("Cc", "Cf")
_DELETED = "\x00"
_COMBINING = "\u0300-\u036f"
_ALPHANUMERIC_RUN = re.compile(r"[^\W_]+")


class _OneToOne(dict[int, int]):
    """Translation of single characters to single characters, filled as characters are met.

    Characters whose compatibility form is longer stay, and are noted in `expanding`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.expanding = ""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        new = character
        if character in _DASHES:
            new = "-"
        elif character.isspace():
            new = "\n" if character in ("\n", PAGE_BREAK) else " "
        elif character not in _LINE_END_HYPHENS:
            if unicodedata.category(character) in _CONTROL_OR_FORMAT:
                new = _DELETED
            else:
                new = unicodedata.normalize("NFKC", character)
                # The one letter whose lower case is longer than itself.
                new = "I" if new == "\u0130" else new
                if len(new) > 1:
                    self.expanding += character
                    new = character
        self[code] = ord(new)
        return self[code]


_ONE_TO_ONE = _OneToOne()


#: Places where the normalised text is shorter or longer than the stored one. Both expressions begin
#: with a set of characters, which is what the regular expression engine skips to fast.
_SPACES = re.compile(r"\s\s+")


@cache
def _specials(expanding: str) -> re.Pattern[str]:
    marks = _LINE_END_HYPHENS
    expand = f"(?<=[{re.escape(expanding)}])" if expanding else r"(?!)"
    return re.compile(
        rf"""
        [-{_DELETED}{marks}{_COMBINING}{re.escape(expanding)}]
        (?: (?P<hyphen> (?<=\w-) [^\S\n]* \n \s* (?=\w) )
          | (?P<mark> (?<=[{marks}]) [{marks}]* (?: [^\S\n]* \n \s* (?=\w) )? )
          | (?P<drop> (?<={_DELETED}) )
          | (?P<combining> (?<=[{_COMBINING}]) [{_COMBINING}]* )
          | (?P<expand> {expand} )
        )
        """,
        re.VERBOSE,
    )


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
        place = self.place(position)
        return place if self.source is None else self.source.origin(place)

    def place(self, position: int) -> int:
        """Return where the character at `position` stands in the text this one was made from."""
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
    matches = [
        *_specials(_ONE_TO_ONE.expanding).finditer(text),
        *_SPACES.finditer(text),
    ]
    for match in sorted(matches, key=re.Match.start):
        kind = match.lastgroup
        start, end = match.span()
        # A combining mark belongs to the character before it.
        start -= kind == "combining" and start > 0
        if start < done:
            continue
        found = text[start:end]
        if kind is None:
            new = " "
        elif kind in ("combining", "expand"):
            # Some marks stand for a space and a combining mark.
            new = unicodedata.normalize("NFKC", found).strip()
            if new == found:
                continue
        else:
            new = ""
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
    return MappedText("".join(pieces).replace("\n", " "), starts, origins)


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
