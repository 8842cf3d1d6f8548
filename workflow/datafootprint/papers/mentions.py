"""Mentions of the dataset in a paper, with the sentences around them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.papers.extract import extract_pages, has_no_text, has_no_words
from datafootprint.papers.normalise import PAGE_BREAK, normalise, page_number
from datafootprint.papers.paper_records import Passage
from datafootprint.papers.pdfs import is_whole
from datafootprint.papers.text_parts import SENTENCE_END, reference_spans
from datafootprint.papers.texts import find_text, write_text

#: Sentences taken before and after the one with the mention, and how many characters they may reach
#: where no sentence ends, as in tables. A reference entry needs less.
IN_BODY = 2, 450
IN_REFERENCES = 0, 150


@dataclass(frozen=True)
class Found:
    """What `find_mentions` found in a text."""

    mentions: int
    in_references_only: bool
    passages: list[Passage]


def compile_patterns(patterns: Iterable[str]) -> list[re.Pattern[str]]:
    """Compile regular expressions, which ignore case."""
    return [re.compile(pattern, re.IGNORECASE) for pattern in patterns]


def find_mentions(stored: str, patterns: Sequence[re.Pattern[str]]) -> Found:
    """Find the mentions of the dataset in a stored text, and the passages to judge them by.

    Mentions that several patterns find are counted once. Passages of neighbouring mentions are
    merged, but never those of the body with those of the references.
    """
    found = normalise(stored)
    hits = _hits(found.text, patterns)
    if not hits:
        return Found(0, False, [])
    references = reference_spans(stored)
    pieces: list[tuple[int, int, str, bool]] = []
    for start, end, pattern in hits:
        inside = any(first <= found.origin(start) < last for first, last in references)
        first, last = _around(found.text, start, end, *(IN_REFERENCES if inside else IN_BODY))
        if pieces and pieces[-1][3] == inside and first <= pieces[-1][1]:
            before = pieces.pop()
            first, last, pattern = before[0], max(before[1], last), before[2]
        pieces.append((first, last, pattern, inside))
    passages = []
    for first, last, pattern, inside in pieces:
        text = found.text[first:last]
        start = found.origin(first + len(text) - len(text.lstrip()))
        passages.append(
            Passage(
                page=page_number(stored, start),
                start=start,
                text=text.strip(),
                pattern=pattern,
                in_references=inside,
            )
        )
    return Found(len(hits), all(piece[3] for piece in pieces), passages)


def search_pdf(
    patterns: tuple[str, ...], cache_dir: str, engine: str, task: tuple[str, str]
) -> dict[str, Any]:
    """Search a PDF (SHA-256 and file), whose text is kept; runs in a worker.

    Returns
    -------
    dict
        Fields of `Mentions`.
    """
    sha256, file = task
    text = find_text(cache_dir, sha256, engine)
    if text is None:
        if not is_whole(file, sha256):
            raise DatafootprintError(
                f"{file}: the content has changed since it was listed (another SHA-256); run again "
                "with `--forcerun download_papers`, which takes it again."
            )
        pages, extractor, version = extract_pages(file, engine)
        text = write_text(cache_dir, sha256, pages, engine, extractor, version)
    found = find_mentions(text, compile_patterns(patterns))
    if not found.passages and has_no_text(text.split(PAGE_BREAK)):
        return {"status": "no_text", "detail": "hardly any text; the pages may be scanned"}
    if not found.passages and has_no_words(text):
        return {"status": "no_text", "detail": "no words; its fonts do not say what letters are"}
    return {"status": "read", **vars(found)}


def _hits(text: str, patterns: Sequence[re.Pattern[str]]) -> list[tuple[int, int, str]]:
    """Return start, end and pattern of the matches, overlapping ones united."""
    matches = sorted(
        (match.start(), -match.end(), rank, pattern.pattern)
        for rank, pattern in enumerate(patterns)
        for match in pattern.finditer(text)
        if match.end() > match.start()
    )
    hits: list[tuple[int, int, str]] = []
    for start, minus_end, _, pattern in matches:
        if hits and start < hits[-1][1]:
            hits[-1] = (hits[-1][0], max(hits[-1][1], -minus_end), hits[-1][2])
        else:
            hits.append((start, -minus_end, pattern))
    return hits


def _around(text: str, start: int, end: int, sentences: int, side: int) -> tuple[int, int]:
    earliest, latest = max(0, start - side), min(len(text), end + side)
    before = [match.end() for match in SENTENCE_END.finditer(text, earliest, start)]
    if len(before) > sentences:
        first = before[-1 - sentences]
    elif earliest == 0:
        first = 0
    else:
        first = text.find(" ", earliest, start) + 1 or earliest
    after = [match.end() for match in SENTENCE_END.finditer(text, end, latest)]
    if len(after) > sentences:
        last = after[sentences]
    elif latest == len(text):
        last = latest
    else:
        last = text.rfind(" ", end, latest)
        last = latest if last < 0 else last
    return first, last
