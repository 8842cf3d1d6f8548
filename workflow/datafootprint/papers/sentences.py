"""Where sentences end. Passages, quotes and the cue rules all split text here."""

import re
from collections.abc import Iterator

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


def split_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a normalised text, each of at most `LONGEST` characters."""
    start = 0
    for end in [*(match.end() for match in SENTENCE_END.finditer(text)), len(text)]:
        if end - start > SHORTEST or end == len(text):
            for cut in range(start, end, LONGEST):
                if sentence := text[cut : min(cut + LONGEST, end)].strip():
                    yield sentence
            start = end
