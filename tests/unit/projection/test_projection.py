"""Projected shares and counts are those of the line, and the published ones."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datafootprint.errors import DatafootprintError
from datafootprint.projection.project import project_usage
from datafootprint.projection.shares import SHARES

COUNTS = ["year", "accepted", "mentioning", "trained"]


def test_table_2_of_the_paper_comes_out(projection):
    projected = projection[projection["kind"] == "projected"]
    assert projected["mentioning"].round().tolist() == [554, 785, 1270]
    assert projected["trained"].round().tolist() == [154, 207, 315]
    assert projection["trained_share"].round(3).tolist() == [
        0.143, 0.128, 0.110, 0.116, 0.122, 0.101, 0.098, 0.091, 0.085,
    ]  # fmt: skip


def test_observed_years_keep_their_counts_and_need_no_model(counts, projection):
    first = projection.iloc[0]
    assert (first["kind"], first["mentioning"], first["trained"]) == ("observed", 75, 28)
    assert pd.isna(first["trained_low"])
    assert project_usage(counts[:1], "ols", 0.05)["trained_share_of_mentioning"].item() == 28 / 75


def test_an_observed_year_replaces_the_projected_one(counts):
    observed = counts.set_index("year").astype({"mentioning": float})
    observed.loc[2023, ["mentioning", "trained"]] = 600, 90
    rows = project_usage(observed.reset_index(), "ols", 0.05).set_index("year")
    assert rows.loc[[2023, 2024], "kind"].tolist() == ["observed", "projected"]
    assert rows.loc[2023, "trained_share_of_mentioning"] == 0.15


def test_mentions_that_are_counted_stay_where_the_trained_are_projected(counts, projection):
    counted = counts.set_index("year").astype({"mentioning": float})
    counted.loc[2023, "mentioning"] = 600
    found = project_usage(counted.reset_index(), "ols", 0.05).set_index("year").loc[2023]
    expected = projection.set_index("year").loc[2023]
    assert (found["kind"], found["mentioning"]) == ("projected", 600)
    assert found["mentioning_share"] == 600 / 1574 and pd.isna(found["mentioning_low"])
    shares = ["trained_share", "trained_share_of_mentioning", "trained"]
    assert found[shares].tolist() == expected[shares].tolist()


year_of_counts = st.integers(20, 5000).flatmap(
    lambda accepted: st.integers(10, accepted).flatmap(
        lambda mentioning: st.integers(0, mentioning).map(
            lambda trained: (accepted, mentioning, trained)
        )
    )
)


@settings(max_examples=40, deadline=None)
@given(st.lists(year_of_counts, min_size=5, max_size=5), st.permutations(range(6)))
def test_shares_stay_shares_and_the_order_of_rows_does_not_matter(observed, order):
    rows = [*observed, (900, None, None)]
    counts = pd.DataFrame([(2017 + i, *row) for i, row in enumerate(rows)], columns=COUNTS)
    try:
        table = project_usage(counts, "ols", 0.05)
    except DatafootprintError as error:
        assert "outside [0, 1]" in str(error)
        return
    assert (table["trained"] <= table["mentioning"] * (1 + 1e-9)).all()
    assert (table["mentioning"] <= table["accepted"] * (1 + 1e-8)).all()
    last = table.iloc[-1]
    for share in SHARES:
        assert table[share].between(0, 1).all()
        assert 0 <= last[f"{share}_low"] <= last[share] <= last[f"{share}_high"] <= 1
    again = project_usage(counts.iloc[list(order)], "ols", 0.05).set_index("year")
    assert again.loc[2022, "trained"] == pytest.approx(last["trained"], rel=1e-9, abs=1e-9)


def test_no_more_papers_train_than_mention_the_dataset(caplog):
    """Nearly all papers that mention it train; the shares of the accepted papers cross."""
    years = [(2017, 100, 90, 54), (2018, 100, 80, 56), (2019, 100, 70, 60), (2020, 100, None, None)]
    row = (
        project_usage(pd.DataFrame(years, columns=COUNTS), "ols", 0.05).set_index("year").loc[2020]
    )
    assert row["trained"] == row["mentioning"] == pytest.approx(60)
    assert row["trained_share"] == pytest.approx(0.6)
    assert "63 papers that trained, but 60" in caplog.text and "few papers" not in caplog.text
    years[2] = (2019, 8, 7, 6)
    project_usage(pd.DataFrame(years, columns=COUNTS), "ols", 0.05)
    assert "2019 has few papers (7)" in caplog.text


@pytest.mark.parametrize(
    ("mentioning", "trained", "source", "sentence"),
    [
        (
            None,
            None,
            None,
            "projection.model is ols, which needs 3 observed years .usage.counts has 2.*bayes",
        ),
        (0, 0, None, "year 2019: no paper is accepted or none mentions"),
        (100, 0, None, r"outside \[0, 1\]"),
    ],
)
def test_counts_without_a_usable_trend_are_refused(mentioning, trained, source, sentence):
    counts = pd.DataFrame(
        [
            (2017, 100, 100, 90, None),
            (2018, 100, 100, 40, None),
            (2019, 100, mentioning, trained, source),
            (2020, 100, None, None, None),
        ],
        columns=[*COUNTS, "source"],
    )
    with pytest.raises(DatafootprintError, match=sentence):
        project_usage(counts, "ols", 0.05)
