"""Labelling every mentioning paper of one year by the classifier that the configuration names."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from datafootprint.papers.paper_records import Mentions
from datafootprint.papers.texts import read_text
from datafootprint.usage.claims import REFERENCES_ONLY, body_passages, make_record
from datafootprint.usage.labels import Classifier
from datafootprint.usage.names import Dataset
from datafootprint.usage.rules_classifier import claims_by_rules
from datafootprint.usage.usage_records import Usage


def classify_usage(
    mentions: Iterable[Mentions],
    dataset: Mapping[str, Any],
    usage: Mapping[str, Any],
    cache_dir: str | Path,
    batches: str | Path | None = None,
) -> list[Usage]:
    """Label how each paper that mentions the dataset used it; return the records by paper.

    `dataset` and `usage` are sections of the configuration; the file `batches` has the ids of
    batches that were sent for these papers. A paper that names the dataset in its references only
    is `cited_only` whatever the classifier.
    """
    known = Dataset.from_config(dataset, usage["count_variants"])
    records, asked = [], []
    for mention in mentions:
        passages = body_passages(mention)
        if not mention.mentions:
            continue
        if not passages:
            claims = REFERENCES_ONLY
            records.append(make_record(mention, [], "", claims, known, Classifier.REFERENCES))
        elif usage["classifier"] == Classifier.LLM:
            asked.append(mention)
        else:
            claims = claims_by_rules(passages, known, usage["review_below"])
            text = read_text(cache_dir, str(mention.pdf_sha256))
            records.append(make_record(mention, passages, text, claims, known, Classifier.RULES))
    if usage["classifier"] == Classifier.LLM:
        from datafootprint.usage.llm import ask

        records += ask.label(asked, known, usage["llm"], cache_dir, batches)
    return sorted(records, key=lambda record: record.paper_id)


def submit_batches(
    mentions: Iterable[Mentions],
    dataset: Mapping[str, Any],
    usage: Mapping[str, Any],
    cache_dir: str | Path,
) -> list[str]:
    """Send what the cache does not answer in batches; return their ids.

    The arguments are those of `classify_usage`.
    """
    from datafootprint.usage.llm import ask

    known = Dataset.from_config(dataset, usage["count_variants"])
    asked = [mention for mention in mentions if mention.mentions and body_passages(mention)]
    return ask.submit(asked, known, usage["llm"], cache_dir)
