"""Whole years and running ones, and two sources side by side."""

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.literature.compare import compare_publications
from datafootprint.literature.publications import count_publications
from datafootprint.literature.runs import estimate_runs

NAMES = {"source": "a", "compared_with": "b"}


@pytest.mark.parametrize(
    ("row", "complete"),
    [
        ({"year": 2025, "retrieved": "2025-12-31"}, False),
        ({"year": 2025, "retrieved": "2026-01-01"}, True),
        ({"year": 2025, "retrieved": None}, None),
        ({"year": 2025}, None),
        ({"year": 2025, "retrieved": "2025-06-01", "complete": True}, True),
        ({"year": 2025, "complete": False}, False),
    ],
)
def test_a_year_is_whole_if_it_was_over_when_it_was_counted(row, complete):
    (counted,) = count_publications([{**row, "publications": 1}], "mine.csv")
    assert counted["complete"] is complete
    assert counted["source"] == "mine.csv"


def test_a_running_year_stops_the_estimate_but_not_beyond_its_years(projection, publications):
    running = {"year": 2026, "publications": 7, "retrieved": "2026-11-22"}
    counted = count_publications([*publications, running], "x")
    assert {row["year"] for row in estimate_runs(projection, counted)} == set(range(2017, 2026))
    dated = [{**row, "retrieved": "2025-12-01"} for row in publications]
    with pytest.raises(DatafootprintError, match=r"2025 was not over .*\(2025-12-01\).* to 2024"):
        estimate_runs(projection, count_publications(dated, "x"))


def rows(*publications, first=2019, retrieved="2022-01-01"):
    return count_publications(
        [
            {"year": first + i, "publications": number, "retrieved": retrieved}
            for i, number in enumerate(publications)
        ],
        "x",
    )


def test_ratio_and_verdict_of_each_year(caplog):
    compared = compare_publications(rows(100, 100, 100, 0), rows(150, 151, 66, 5), NAMES, 1.5)
    assert [row["ratio"] for row in compared] == [1.5, 1.51, 0.66, None]
    assert [row["agree"] for row in compared] == [True, False, False, None]
    assert "2020: a counts 100 publications, b counts 151" in caplog.text
    assert "2019" not in caplog.text


def test_a_year_of_one_source_only_and_a_running_year():
    compared = compare_publications(
        rows(10, 10, retrieved="2020-07-01"), rows(99, 99, first=2020), NAMES, 1.5
    )
    assert [row["year"] for row in compared] == [2019, 2020, 2021]
    assert [row["complete"] for row in compared] == [True, False, True]
    assert [row["publications"] for row in compared] == [10, 10, None]
    assert [row["agree"] for row in compared] == [None, None, None]
    assert [row["ratio"] for row in compared] == [None, 9.9, None]


def test_both_sources_without_publications_agree_and_have_no_ratio():
    (row,) = compare_publications(rows(0), rows(0), NAMES, 1.5)
    assert (row["ratio"], row["agree"]) == (None, True)
