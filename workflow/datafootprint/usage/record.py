"""The record of one paper: what it is said to do with the dataset and what stands behind that."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datafootprint.legacy_tables import Row
from datafootprint.usage.injection import suspicions
from datafootprint.usage.labels import Label, strongest
from datafootprint.usage.quotes import QuotedPaper
from datafootprint.usage.rules_classifier import classify_by_rules, split_sentences
from datafootprint.usage.variants import UNSPECIFIED, Variants, canonical, merge, variants_in
from datafootprint.variants import compile_variants

QUOTES_BY_RULES = 3


@dataclass(frozen=True)
class Dataset:
    """What the classifiers know about the dataset.

    Attributes
    ----------
    name : str
        As the report prints it.
    names : tuple of re.Pattern
        Expressions for its name.
    variants : mapping of str to re.Pattern
        Name of a variant -> how papers write it.
    whole : tuple of str
        Variants that count as the dataset itself.
    """

    name: str
    names: tuple[re.Pattern[str], ...]
    variants: Variants
    whole: tuple[str, ...]

    @classmethod
    def from_config(cls, dataset: Mapping[str, Any], whole: Sequence[str]) -> "Dataset":
        """Make it from the sections `dataset` and `usage.count_variants` of the configuration."""
        return cls(
            dataset["name"],
            tuple(re.compile(pattern, re.IGNORECASE) for pattern in dataset["patterns"]),
            compile_variants(dataset["variants"], "dataset.variants", UNSPECIFIED),
            tuple(whole),
        )


@dataclass(frozen=True)
class Claim:
    """A use that somebody claims, with the quotes that are to show it."""

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


def body_passages(mention: Mapping[str, Any]) -> list[Row]:
    """Return the passages of a row of the mentions that lie outside the list of references."""
    return [passage for passage in mention["passages"] if not passage["in_references"]]


def references_only(mention: Mapping[str, Any]) -> Row:
    """Make the record of a paper that names the dataset only among its references."""
    return _row(
        mention,
        classifier="references",
        label="cited_only",
        reason="mentioned in the references only",
        confidence=None,
        variant=UNSPECIFIED,
        quotes=[],
        review=[],
    )


def claims_by_rules(passages: Sequence[Mapping[str, Any]], dataset: Dataset) -> Claims:
    """Let the cue rules say how a paper used the dataset, from passages nobody tampered with."""
    clean = [passage for passage in passages if not suspicions(passage["text"])]
    verdict = classify_by_rules(clean, dataset.names)
    sentences = list(dict.fromkeys(item.sentence for item in verdict.evidence))
    if not sentences:
        # A citation is shown by the sentence that names the dataset.
        sentences = [_naming_sentence(passage["text"], dataset) for passage in clean[:1]]
    found = [
        variant
        for sentence in sentences
        for variant in variants_in(sentence, dataset.variants, dataset.names)
    ]
    variant = merge(found, dataset.variants, dataset.whole)
    use = Claim(verdict.label, variant, sentences[:QUOTES_BY_RULES])
    return Claims([use], round(verdict.confidence, 3), verdict.reason)


def make_record(
    mention: Mapping[str, Any],
    passages: Sequence[Mapping[str, Any]],
    text: str,
    claims: Claims,
    dataset: Dataset,
    classifier: str,
) -> Row:
    """Check what is claimed about a paper against its text and make its record.

    Parameters
    ----------
    mention : mapping
        The paper's row of the mentions.
    passages : sequence of mapping
        What the classifier saw: `page`, `start`, `text`.
    text : str
        The paper's stored text.
    claims : Claims
        What the classifier says.
    dataset : Dataset
        Names and variants.
    classifier : str
        `rules` or `llm`.

    Returns
    -------
    dict
        A row of the table `usage`. `needs_review` holds if the strongest use has no quote that was
        found, if the classifier gave no usable answer, or if a passage addresses a classifier;
        then the paper never counts as trained.
    """
    tampered = [(passage, suspicions(passage["text"])) for passage in passages]
    clean = [passage for passage, signs in tampered if not signs]
    quotes = _looked_up(claims, QuotedPaper(text, clean))
    proven: list[Label] = [quote["label"] for quote in quotes if quote["verified"]]
    review = [claims.fault] if claims.fault else []
    review += sorted(
        {
            f"a passage holds text that addresses a classifier ({sign.kind})"
            for _, signs in tampered
            for sign in signs
        }
    )
    if any(signs for _, signs in tampered):
        label = strongest(proven)
    else:
        label = strongest(use.label for use in claims.uses)
    if claims.uses and label not in proven:
        review.append(f"no quote for {label} was found in the paper")
    found_variants = [
        variant
        for use in claims.uses
        if use.label == label
        for variant in canonical(use.variant, dataset.variants, dataset.names)
    ]
    return _row(
        mention,
        classifier=classifier,
        label=label,
        reason=claims.reason,
        confidence=claims.confidence,
        variant=merge(found_variants, dataset.variants, dataset.whole),
        quotes=quotes,
        review=review,
    )


def _looked_up(claims: Claims, paper: QuotedPaper) -> list[Row]:
    """Return all quotes: as they stand in the paper, or as claimed where they are not found."""
    quotes = []
    for use in claims.uses:
        for quote in use.quotes:
            found = paper.find(quote)
            quotes.append(
                {
                    "label": use.label,
                    "text": found.text if found else quote[:1000],
                    "page": found.page if found else None,
                    "start": found.start if found else None,
                    "verified": found is not None,
                }
            )
    return quotes


def _naming_sentence(text: str, dataset: Dataset) -> str:
    sentences = [sentence for _, sentence in split_sentences(text)]
    for sentence in sentences:
        if any(name.search(sentence) for name in dataset.names):
            return sentence
    return sentences[0] if sentences else text


def _row(mention: Mapping[str, Any], *, review: list[str], **columns: Any) -> Row:
    return {
        "paper_id": mention["paper_id"],
        "year": mention["year"],
        "title": mention["title"],
        "model": None,
        "prompt_sha256": None,
        "input_tokens": 0,
        "output_tokens": 0,
        "cost_usd": 0.0,
        "seconds": 0.0,
        **columns,
        "needs_review": bool(review),
        "review_reasons": review,
    }
