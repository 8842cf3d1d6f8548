"""Where sentences end, and where a paper's lists of references begin and end.

Passages, quotes and the cue rules all split text here.
"""

import re
from collections.abc import Iterator

from datafootprint.papers.normalise import PAGE_BREAK

#: A full stop, not after a short abbreviation or an initial, before what may begin a sentence.
SENTENCE_END = re.compile(
    r"[.?!](?<!\b[A-Z]\.)(?<!\bal\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bcf\.)(?<!\bFig\.)(?<!\bEq\.)"
    r"(?<!\bvs\.)(?<!\bSec\.)(?<!\bresp\.)(?<!\bTab\.)(?<!\betc\.)"
    r"[\"')\]\u201d\u2019]{0,2} +(?=[A-Z0-9\"'(\[\u201c\u2022])"
)
#: What is shorter, in characters, is a heading or a piece of one: it goes with what follows.
SHORTEST = 25
#: What is longer, in characters, is cut: the time to search it grows with a power of its length.
LONGEST = 2000
#: Small capitals come apart in extracted text: `R EFERENCES`.
_HEADING = re.compile(
    r"^[^\S\n]*(?:\d{1,2}\.?[^\S\n]+|[A-Z]\.[^\S\n]+|[IVX]+\.[^\S\n]+)?"
    r"(?:R ?eferences|R ?EFERENCES|B ?ibliography|B ?IBLIOGRAPHY|Literature Cited|Works Cited)"
    r"(?: and Notes|[^\S\n](?:of|for|to)\b[^\n.]{0,60})?:?[^\S\n]*$",
    re.MULTILINE,
)
#: `7. Appendix`, `A Proof of Theorem 1`, and in capitals of either kind any letter up to H:
#: `B EXPERIMENTS`, `B I MPLEMENTATION D ETAILS`, also where the text goes on in the same line.
_AFTERWARDS = re.compile(
    r"^[^\S\n]*(?:(?:\d{1,2}|[A-Z]|[IVX]+)[.:]?[^\S\n]+)?"
    r"(?:A ?ppendi(?:x|ces)|A ?PPENDI(?:X|CES)|S ?upp?lement\w*|S ?UPPLEMENT\w*)\b[^\n]{0,60}$"
    r"|^[^\S\n]*(?!A PREPRINT)A[.:]?(?:1\.?)?[^\S\n]+[A-Z][A-Za-z-]+(?:[^\S\n]+[A-Za-z-]+){0,6}"
    r"(?:[^\S\n]+\d+(?:\.\d+)*)?[^\S\n]*$"
    r"|^[^\S\n]*(?!A PREPRINT)[A-H][.:]?(?:\d[.:]?)*[^\S\n]+(?=[A-Z ]{8})"
    r"[A-Z][A-Z -]*[A-Z](?:[^\S\n]+[\d.]+)?:?"
    r"(?:[^\S\n]*$|[^\S\n]+(?=[A-Z][a-z]|A |I |[(\d]))",
    re.MULTILINE,
)


def reference_spans(stored: str) -> list[tuple[int, int]]:
    """Return where lists of references begin and end in a stored text: offsets, in order.

    A list begins with a line that says so and ends before the heading of an appendix, or with the
    text.
    """
    # A page break ends a line as well.
    lined = stored.replace(PAGE_BREAK, "\n")
    spans: list[tuple[int, int]] = []
    for heading in _HEADING.finditer(lined):
        if spans and heading.start() < spans[-1][1]:
            continue
        afterwards = _AFTERWARDS.search(lined, heading.end())
        spans.append((heading.start(), afterwards.start() if afterwards else len(stored)))
    return spans


def split_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a normalised text, each of at most `LONGEST` characters."""
    start = 0
    for end in [*(match.end() for match in SENTENCE_END.finditer(text)), len(text)]:
        if end - start > SHORTEST or end == len(text):
            for cut in range(start, end, LONGEST):
                if sentence := text[cut : min(cut + LONGEST, end)].strip():
                    yield sentence
            start = end
