"""Counts of years whose papers were read, raw and corrected."""

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.usage.observed import count_all_years, count_live_years

COUNTED = ["ImageNet-1K", "ImageNet-21K", "unspecified"]
NO_RATES = {"sensitivity": None, "specificity": None}


def year_of(labels: list[tuple[str, str, bool]], accepted: int = 20, unread: int = 0):
    papers = [{"paper_id": f"p{n}", "year": 2023} for n in range(accepted)]
    mentions = [
        {
            **paper,
            "status": "read" if n < accepted - unread else "no_pdf",
            "mentions": (int(n < len(labels)) if n < accepted - unread else None),
        }
        for n, paper in enumerate(papers)
    ]
    records = [
        {**paper, "label": label, "variant": variant, "needs_review": review}
        for paper, (label, variant, review) in zip(papers, labels, strict=False)
    ]
    return papers, mentions, records


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


def test_subsets_and_papers_for_review_are_counted_apart() -> None:
    (row,) = count_live_years(*year_of(LABELS, unread=2), COUNTED, [], NO_RATES)
    assert row == {
        "year": 2023,
        "accepted": 20,
        "mentioning": 8,
        "trained": 3,
        "source": "live",
        "trained_raw": 3,
        "trained_subsets": 1,
        "needs_review": 1,
        "unread": 2,
        "correction": "none",
    }


def test_years_that_were_read_stand_beside_those_of_tables() -> None:
    tables = {"mine.csv": [{"year": 2022, "accepted": 10, "mentioning": 4, "trained": 1}]}
    usage = {
        "counts": {2022: "mine.csv", 2023: "live"},
        "until": 2023,
        "count_variants": COUNTED,
        "error_rates": NO_RATES,
    }
    rows = count_all_years(tables, *map(iter, year_of(LABELS)), [], usage)
    assert [(row["year"], row["trained"], row["source"]) for row in rows] == [
        (2022, 1, "mine.csv"),
        (2023, 3, "live"),
    ]
    with pytest.raises(DatafootprintError, match="live: there is no row for 2023"):
        count_all_years(tables, [], [], [], [], usage)


def test_known_error_rates_correct_the_count_and_keep_the_raw_one() -> None:
    rates = {"sensitivity": 0.85, "specificity": 0.95}
    (row,) = count_live_years(*year_of(LABELS), COUNTED, [], rates)
    assert row["trained"] == pytest.approx(8 * (3 / 8 - 0.05) / 0.8)
    assert row["trained_raw"] == 3
    assert 0 <= row["trained_low"] <= row["trained"] <= row["trained_high"] <= 8
    assert row["correction"] == "rogan_gladen"


@pytest.mark.parametrize(
    ("sensitivity", "specificity", "sentence"),
    [
        (0.99, 0.2, "3 of 8 papers .* specificity 0.2 means at least 80.0%"),
        (0.05, 0.999, "3 of 8 papers .* sensitivity 0.05 means at most 5.0%"),
    ],
)
def test_error_rates_that_contradict_the_labels_are_refused(
    sensitivity: float, specificity: float, sentence: str
) -> None:
    rates = {"sensitivity": sensitivity, "specificity": specificity}
    with pytest.raises(DatafootprintError, match=sentence):
        count_live_years(*year_of(LABELS), COUNTED, [], rates)


def test_a_corrected_count_that_is_cut_is_told(caplog: pytest.LogCaptureFixture) -> None:
    rates = {"sensitivity": 0.95, "specificity": 0.6}
    (row,) = count_live_years(*year_of(LABELS), COUNTED, [], rates)
    assert row["trained"] == row["trained_low"] == 0 < row["trained_high"]
    assert (
        "3 of 8 papers labelled, corrected by the error rates and cut at 0 of them" in caplog.text
    )


def test_audit_corrects_its_years_only() -> None:
    audit = [
        {"year": 2023, "trained_corrected": 2.5, "trained_low": 1.0, "trained_high": 4.0},
        {"year": None, "trained_corrected": 2.5, "trained_low": 1.0, "trained_high": 4.0},
    ]
    (row,) = count_live_years(*year_of(LABELS), COUNTED, audit, NO_RATES)
    assert (row["trained"], row["trained_raw"], row["correction"]) == (2.5, 3, "audit")
    with pytest.raises(DatafootprintError, match="none for 2023"):
        count_live_years(*year_of(LABELS), COUNTED, [{**audit[0], "year": 2022}], NO_RATES)


def test_missing_labels_and_unreadable_years_are_refused() -> None:
    papers, mentions, records = year_of(LABELS)
    with pytest.raises(DatafootprintError, match="without a usage record: 1"):
        count_live_years(papers, mentions, records[:-1], COUNTED, [], NO_RATES)
    mentions[0]["mentions"] = 0
    with pytest.raises(DatafootprintError, match=r"do not mention the dataset: 1 \(first: p0\)"):
        count_live_years(papers, mentions, records, COUNTED, [], NO_RATES)
    with pytest.raises(DatafootprintError, match="could be read"):
        count_live_years(*year_of([], unread=20), COUNTED, [], NO_RATES)
