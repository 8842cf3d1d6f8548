"""Mentions in real papers, where third-party data is at hand."""

import csv
import re
import statistics
from pathlib import Path

from tests.conftest import ROOT

from datafootprint.config import default_config
from datafootprint.papers.extract import extract_pages
from datafootprint.papers.mentions import compile_patterns, find_mentions
from datafootprint.papers.normalise import letters_and_digits, storable

PATTERNS = default_config(ROOT)["dataset"]["patterns"]


def test_labelled_papers(shared_data: Path) -> None:
    with (shared_data / "papers" / "labels.csv").open(encoding="utf-8") as stream:
        labels = list(csv.DictReader(stream))
    assert len(labels) == 24
    patterns = compile_patterns(PATTERNS)
    with_quote = 0
    shares = []
    for row in labels:
        pages, _, _ = extract_pages(shared_data / "papers" / row["file"], "pypdfium2")
        stored = "\f".join(map(storable, pages))
        found = find_mentions(stored, patterns)
        assert found.mentions > 0, row["file"]
        texts = [letters_and_digits(passage.text).text for passage in found.passages]
        parts = [letters_and_digits(part).text for part in re.split(r"\.\.\.|…", row["quote"])]
        with_quote += any(all(part in text for part in parts) for text in texts)
        shares.append(sum(len(p.text) for p in found.passages) / len(stored))
    assert with_quote >= 22
    assert statistics.median(shares) <= 0.15
