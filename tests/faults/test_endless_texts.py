"""Texts that make a regular expression try for hours: each is read in a moment."""

import re

import pytest
from tests.services.usage_papers import COUNTED, DATASET, mention_of, passage

from datafootprint.papers.mentions import compile_patterns, find_mentions
from datafootprint.papers.references import reference_spans
from datafootprint.usage.claims import claims_by_rules, make_record
from datafootprint.usage.injection import suspicions
from datafootprint.usage.labels import Classifier
from datafootprint.usage.names import Dataset
from datafootprint.usage.quotes import QuotedPaper
from datafootprint.usage.rules_classifier import LONGEST_SENTENCE, split_sentences

KNOWN = Dataset.from_config(DATASET, COUNTED)
PIECES = [
    *("inception-", "mini sgd ", "-generation", "in evaluat", "#", "* ", "\n\n", ". ", "ImageNet "),
    *("pre-trained on ", "models weights ", "system:", "<|", "[inst", "References ", "1 "),
    *("A. Appendix ", '"uses": '),
]  # fmt: skip


@pytest.mark.fault(
    "a text that keeps an expression trying", "mentions, usage", "ends like any other"
)
@pytest.mark.parametrize("piece", PIECES)
def test_a_paper_of_one_piece_repeated(piece: str) -> None:
    text = f"We use ImageNet {piece * (300_000 // len(piece))} ImageNet"
    reference_spans(text)
    patterns = compile_patterns(DATASET["patterns"], "dataset.patterns")
    find_mentions(text, patterns)
    passages = [passage(text)]
    claims = claims_by_rules(passages, KNOWN)
    make_record(mention_of("p", *passages), passages, text, claims, KNOWN, Classifier.RULES)
    suspicions(text)
    assert QuotedPaper(text, passages).find(piece * 10**6) is None


def test_sentences_lose_nothing_where_they_are_cut() -> None:
    text = "word " * 2000 + "end. Next one here begins after it."
    sentences = split_sentences(text)
    assert max(len(sentence) for _, sentence in sentences) == LONGEST_SENTENCE
    assert all(text[start : start + len(sentence)] == sentence for start, sentence in sentences)
    assert re.sub(r"\s", "", "".join(s for _, s in sentences)) == re.sub(r"\s", "", text)
