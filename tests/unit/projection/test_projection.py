"""Projected shares and counts are those of the line, and the published ones."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datafootprint.errors import DatafootprintError
from datafootprint.projection.project import project_usage


def test_table_2_of_the_paper_comes_out(projection):
    projected = [row for row in projection if row["kind"] == "projected"]
    assert [round(row["mentioning"]) for row in projected] == [554, 785, 1270]
    assert [round(row["trained"]) for row in projected] == [154, 207, 315]
    assert [round(row["trained_share"], 3) for row in projection] == [
        0.143, 0.128, 0.110, 0.116, 0.122, 0.101, 0.098, 0.091, 0.085,
    ]  # fmt: skip


def test_observed_years_keep_their_counts_and_have_no_bounds(projection):
    first = projection[0]
    assert (first["kind"], first["mentioning"], first["trained"]) == ("observed", 75, 28)
    assert first.get("trained_low") is None


def test_an_observed_year_replaces_the_projected_one(counts):
    observed = [
        {**row, "mentioning": 600, "trained": 90} if row["year"] == 2023 else row for row in counts
    ]
    rows = {row["year"]: row for row in project_usage(observed, "ols", 0.05)}
    assert rows[2023]["kind"] == "observed"
    assert rows[2023]["trained_share_of_mentioning"] == 0.15
    assert rows[2024]["kind"] == "projected"


def year_of_counts(year):
    return st.integers(20, 5000).flatmap(
        lambda accepted: st.integers(10, accepted).flatmap(
            lambda mentioning: st.integers(0, mentioning).map(
                lambda trained: {
                    "year": year,
                    "accepted": accepted,
                    "mentioning": mentioning,
                    "trained": trained,
                }
            )
        )
    )


@settings(max_examples=40, deadline=None)
@given(st.tuples(*(year_of_counts(year) for year in range(2017, 2022))), st.randoms())
def test_shares_stay_shares_and_the_order_of_rows_does_not_matter(
    observed, shuffler: random.Random
):
    counts = [*observed, {"year": 2022, "accepted": 900, "mentioning": None, "trained": None}]
    shuffled = list(counts)
    shuffler.shuffle(shuffled)
    try:
        rows = project_usage(counts, "ols", 0.05)
    except DatafootprintError as error:
        assert "outside [0, 1]" in str(error) or "that trained, but" in str(error)
        return
    for row in rows:
        assert row["trained"] <= row["mentioning"] * (1 + 1e-9) <= row["accepted"] * (1 + 1e-8)
        for share in ("mentioning_share", "trained_share", "trained_share_of_mentioning"):
            assert 0 <= row[share] <= 1
            if row["kind"] == "projected":
                assert 0 <= row[f"{share}_low"] <= row[share] <= row[f"{share}_high"] <= 1
    again = {row["year"]: row for row in project_usage(shuffled, "ols", 0.05)}
    assert again[2022]["trained"] == pytest.approx(rows[-1]["trained"], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"mentioning": None, "trained": None},
            "2 observed years, but projection.model ols needs at least 3",
        ),
        ({"mentioning": 0, "trained": 0}, "year 2019: no paper is accepted or none mentions"),
        ({"mentioning": 0, "trained": 0, "source": "live"}, "take 2019 out of papers.years"),
        ({"mentioning": 100, "trained": 0}, r"outside \[0, 1\]"),
    ],
)
def test_counts_without_a_usable_trend_are_refused(change, sentence):
    counts = [
        {"year": 2017, "accepted": 100, "mentioning": 100, "trained": 90},
        {"year": 2018, "accepted": 100, "mentioning": 100, "trained": 40},
        {"year": 2019, "accepted": 100, "mentioning": 100, "trained": 10, **change},
        {"year": 2020, "accepted": 100, "mentioning": None, "trained": None},
    ]
    with pytest.raises(DatafootprintError, match=sentence):
        project_usage(counts, "ols", 0.05)
