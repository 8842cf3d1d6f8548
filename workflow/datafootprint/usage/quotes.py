"""Looking a quote up in the paper it is said to come from."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from datafootprint.papers.normalise import letters_and_digits, normalise, page_number
from datafootprint.papers.paper_records import Passage
from datafootprint.usage.labels import Label
from datafootprint.usage.usage_records import Quote

#: Letters and digits that a quote must have; less could stand in any paper by chance.
SHORTEST_QUOTE = 20
#: The same for each part of a quote that leaves something out.
SHORTEST_PART = 10
#: Letters and digits that a quote may leave out between two parts.
LONGEST_GAP = 600

_ELLIPSIS = re.compile(
    r"(?<!\s)\s*(?:\[\s*(?:\.\s?){3,}\]|\(\s*(?:\.\s?){3,}\)|(?:\.\s?){3,}|\[?…\]?)\s*"
)
_CLOSING = re.compile(r"[%)\]”\"]{0,2}[.!?]?")
#: What may not stand before a quote: "trained on ImageNet" is none of "pre-trained on ImageNet".
_BEGINNING = re.compile(r"(?:[^\W_]|(?<![^\W_])(?:pre|un|non)[- ]{1,2})$", re.IGNORECASE)
_FIGURE = re.compile(r"(?<!\w)[-+]?\d+(?:[.,]\d+)*")


class QuotedPaper:
    """A paper's stored text, in which quotes from the passages are looked up."""

    def __init__(self, text: str, passages: Sequence[Passage]) -> None:
        self._text = text
        self._words = normalise(text)
        self._letters = letters_and_digits(self._words)
        self._passages = [
            (passage.start, letters_and_digits(passage.text).text) for passage in passages
        ]

    def find(self, label: Label, claimed: str) -> Quote:
        """Return a quote for a label as the paper has it, or as claimed where it is not found."""
        span = self._span(claimed)
        if span is None:
            return Quote(label=label, text=claimed[:1000], page=None, start=None, verified=False)
        start, end = span
        text, page = normalise(self._text[start:end]).text.strip(), page_number(self._text, start)
        return Quote(label=label, text=text, page=page, start=start, verified=True)

    def _span(self, quote: str) -> tuple[int, int] | None:
        """Return where `quote` is, comparing letters, digits and figures; None if nowhere.

        A quote begins with a whole word. The parts beside an ellipsis are in one passage, in order.
        """
        parts = [letters_and_digits(part).text for part in _ELLIPSIS.split(quote)]
        parts = [part for part in parts if part]
        if sum(map(len, parts)) < SHORTEST_QUOTE:
            return None
        if len(parts) > 1 and min(map(len, parts)) < SHORTEST_PART:
            return None
        letters = len(self._letters.text)
        for start, shown in self._passages:
            if _in_order(shown, parts, 0) is None:
                continue
            begin = bisect_left(range(letters), start, key=self._letters.origin)
            place = _in_order(self._letters.text, parts, begin)
            while place is not None and self._is_within_a_word(place[0]):
                place = _in_order(self._letters.text, parts, place[0] + 1)
            if place is None or place[1] > begin + len(shown):
                continue
            first, last = self._letters.span(*place)
            if (closing := _CLOSING.match(self._text, last)) is not None:
                last = closing.end()
            # With the signs beside the span that belong to a figure.
            if _figures(quote) - _figures(self._text[max(0, first - 1) : last + 1]):
                continue
            return first, last
        return None

    def _is_within_a_word(self, position: int) -> bool:
        place = self._letters.place(position)
        return _BEGINNING.search(self._words.text, max(0, place - 6), place) is not None


def _in_order(text: str, parts: Sequence[str], start: int) -> tuple[int, int] | None:
    """Find the parts one after the other, at most `LONGEST_GAP` apart; return start and end."""
    while True:
        first = text.find(parts[0], start)
        if first < 0:
            return None
        end = first + len(parts[0])
        for part in parts[1:]:
            place = text.find(part, end, end + LONGEST_GAP + len(part))
            if place < 0:
                break
            end = place + len(part)
        else:
            return first, end
        start = first + 1


def _figures(text: str) -> Counter[str]:
    """Count the numbers of a text, with sign and point, which letters and digits alone lose."""
    return Counter(_FIGURE.findall(normalise(text).text))
