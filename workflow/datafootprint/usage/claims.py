"""From what a classifier claims about a paper to a record that the paper supports."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from datafootprint.papers.normalise import PAGE_BREAK
from datafootprint.papers.paper_records import Mentions, Passage
from datafootprint.papers.texts import read_text
from datafootprint.usage.cues import suspicions
from datafootprint.usage.labels import Classifier, Label
from datafootprint.usage.names import Dataset
from datafootprint.usage.quotes import QuotedPaper
from datafootprint.usage.usage_records import Usage


@dataclass(frozen=True)
class Claim:
    """A use that a classifier claims, with the quotes that are to show it."""

    label: Label
    variant: str
    quotes: Sequence[str]


@dataclass(frozen=True)
class Claims:
    """All that a classifier says about a paper; `fault` is why it said nothing usable."""

    uses: Sequence[Claim]
    confidence: float | None = None
    reason: str = ""
    fault: str = ""


#: What is claimed without reading it about a paper that has the dataset in its references only.
REFERENCES_ONLY = Claims([], reason="mentioned in the references only")


def body_passages(mention: Mentions) -> list[Passage]:
    """Return the passages of a paper outside its list of references."""
    return [passage for passage in mention.passages if not passage.in_references]


def shown_passages(mention: Mentions, context: str, cache_dir: str | Path) -> list[Passage]:
    """Return what a model is shown of a paper: passages, or pages with `context` full_text."""
    if context == "passages":
        return body_passages(mention)
    pages = read_text(cache_dir, str(mention.pdf_sha256)).split(PAGE_BREAK)
    starts = accumulate((len(text) + len(PAGE_BREAK) for text in pages), initial=0)
    return [
        Passage(page=page, start=start, text=text, pattern="", in_references=False)
        for page, (text, start) in enumerate(zip(pages, starts, strict=False), start=1)
        if text.strip()
    ]


def make_record(
    mention: Mentions,
    passages: Sequence[Passage],
    text: str,
    claims: Claims,
    dataset: Dataset,
    classifier: Classifier,
    **asked: Any,
) -> Usage:
    """Check claims about a paper, made from `passages`, against its stored text; make its record.

    It needs review if the strongest use has no quote that was found, if the classifier gave no
    usable answer, or if a passage addresses a classifier.
    """
    signs = [suspicions(passage.text) for passage in passages]
    clean = [passage for passage, found in zip(passages, signs, strict=True) if not found]
    paper = QuotedPaper(text, clean)
    quotes = [paper.find(use.label, quote) for use in claims.uses for quote in use.quotes]
    proven = [quote.label for quote in quotes if quote.verified]
    labels = proven if any(signs) else [use.label for use in claims.uses]
    label = min(labels, key=list(Label).index, default=Label.CITED)
    review = [claims.fault] if claims.fault else []
    review += [
        f"a passage holds text that addresses a classifier ({sign})"
        for sign in sorted({sign for found in signs for sign in found})
    ]
    if claims.uses and label not in proven:
        review.append(f"no quote for {label} was found in the paper")
    variants = [
        variant
        for use in claims.uses
        if use.label == label
        for variant in dataset.canonical(use.variant)
    ]
    return Usage(
        paper_id=mention.paper_id,
        year=mention.year,
        title=mention.title,
        label=label,
        variant=dataset.merge(variants),
        needs_review=bool(review),
        review_reasons=review,
        quotes=quotes,
        classifier=classifier,
        confidence=claims.confidence,
        reason=claims.reason,
        **asked,
    )
