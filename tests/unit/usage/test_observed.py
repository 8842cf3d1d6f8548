"""Counts of years whose papers were read, raw and corrected."""

import pandas as pd
import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.usage.observed import count_live_years

COUNTED = ["ImageNet-1K", "ImageNet-21K", "unspecified"]
NO_AUDIT = pd.DataFrame()


def year_of(labels: list[tuple[str, str, bool]], accepted: int = 20, unread: int = 0):
    papers = pd.DataFrame({"paper_id": [f"p{n}" for n in range(accepted)], "year": 2023})
    read = papers.index < accepted - unread
    mentions = papers.assign(status="read", mentions=(papers.index < len(labels)).astype(float))
    mentions["in_references_only"] = mentions.index == 7
    mentions.loc[~read, ["status", "mentions"]] = ["no_pdf", None]
    labelled = pd.DataFrame(labels, columns=["label", "variant", "needs_review"])
    usage = papers.head(len(labels)).join(labelled)
    return papers, mentions, usage


LABELS = [
    ("trained_from_scratch", "ImageNet-1K", False),
    ("trained_from_scratch", "unspecified", False),
    ("trained_from_scratch", "Tiny-ImageNet; ImageNet-21K", False),
    ("trained_from_scratch", "Tiny-ImageNet", False),
    ("trained_from_scratch", "ImageNet-1K", True),
    ("fine_tuned", "ImageNet-1K", False),
    ("evaluated", "ImageNet-1K", False),
    ("cited_only", "unspecified", False),
]


def live(*given, audit=NO_AUDIT) -> pd.DataFrame:
    return count_live_years(*given, audit, COUNTED)


def count(*given, **options) -> pd.Series:
    (year,) = live(*given, **options).iloc
    return year


def test_subsets_and_papers_for_review_are_counted_apart() -> None:
    assert count(*year_of(LABELS, unread=2)).dropna().to_dict() == {
        "year": 2023,
        "accepted": 20,
        "mentioning": 8,
        "trained": 3,
        "source": "live",
        "trained_raw": 3,
        "trained_subsets": 1,
        "trained_any_variant": 4,
        "mentioning_in_body": 7,
        "needs_review": 1,
        "unread": 2,
        "correction": "none",
    }


def test_audit_corrects_its_years_only() -> None:
    shares = {"trained_corrected": 2.5, "trained_low": 1.0, "trained_high": 4.0}
    audit = pd.DataFrame([{"year": 2023, **shares}, {"year": None, **shares}])
    row = count(*year_of(LABELS), audit=audit)
    assert (row["trained"], row["trained_raw"], row["correction"]) == (2.5, 3, "audit")
    assert row["trained_high"] == 4
    with pytest.raises(DatafootprintError, match="none for 2023"):
        count(*year_of(LABELS), audit=audit.assign(year=2022))


def test_missing_labels_and_unreadable_years_are_refused() -> None:
    papers, mentions, usage = year_of(LABELS)
    with pytest.raises(DatafootprintError, match="8 mention the dataset, but 7 are labelled"):
        count(papers, mentions, usage[:-1])
    with pytest.raises(DatafootprintError, match="20 papers are listed, but 19 were searched"):
        count(papers, mentions[:-1], usage)
    with pytest.raises(DatafootprintError, match="could be read"):
        count(*year_of([], unread=20))
