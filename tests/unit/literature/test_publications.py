"""Whole years and running ones, and two sources side by side."""

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.literature.literature_tables import Publications, PublicationsCompared
from datafootprint.literature.publications import (
    compare_publications,
    count_publications,
    require_complete,
)
from datafootprint.tables import check_table, read_table, records_of, table_of

NAMES = {"source": "a", "compared_with": "b"}


def counted(rows, source="mine.csv"):
    table = check_table(table_of(rows, Publications), Publications, source)
    return count_publications(table, source)


@pytest.mark.parametrize(
    ("row", "complete"),
    [
        ({"retrieved": "2025-12-31"}, False),
        ({"retrieved": "2026-01-01"}, True),
        ({}, None),
        ({"retrieved": "2025-06-01", "complete": True}, True),
        ({"complete": False}, False),
    ],
)
def test_a_year_is_complete_if_it_was_over_when_it_was_counted(row, complete):
    (found,) = records_of(counted([{"year": 2025, "publications": 1, **row}]))
    assert found["complete"] is complete
    assert found["source"] == "mine.csv"


def test_only_a_running_year_of_the_estimate_is_refused():
    dated = {"publications": 1, "retrieved": "2025-12-01"}
    table = counted([{"year": 2024, **dated}, {"year": 2025, **dated}])
    require_complete(table, [2023, 2024])
    with pytest.raises(DatafootprintError, match=r"2025 was not over .*\(2025-12-01\).* to 2024"):
        require_complete(table, [2024, 2025])


def test_a_count_far_from_the_years_beside_it_is_warned_of(caplog):
    counted(
        [{"year": 2019 + i, "publications": n} for i, n in enumerate((12000, 155, 19000, 9000))]
    )
    assert "155 publications in 2020, but 12000 and 19000 in the years beside it" in caplog.text
    assert len(caplog.records) == 1


def test_a_table_of_a_user_may_have_columns_of_its_own(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("note,year,publications\nx,2021,7\n,2020,5\n")
    table = count_publications(read_table(path, Publications), "mine.csv")
    assert list(table["publications"]) == [5, 7]
    assert "note" not in table


def compared(first, second):
    tables = [
        counted([{"year": y, "publications": n, "retrieved": day} for y, n in counts.items()])
        for counts, day in (first, second)
    ]
    table = compare_publications(*tables, NAMES, 1.5)
    return check_table(table, PublicationsCompared, "compared")


def test_ratio_and_verdict_of_each_year(caplog):
    ours = {2019: 100, 2020: 100, 2021: 100, 2022: 0, 2023: 0}
    theirs = {2019: 150, 2020: 151, 2021: 66, 2022: 5, 2023: 0}
    rows = records_of(compared((ours, "2024-01-01"), (theirs, "2024-01-01")))
    assert [row["ratio"] for row in rows] == [1.5, 1.51, 0.66, None, None]
    assert [row["agree"] for row in rows] == [True, False, False, False, True]
    assert "2020: a counts 100 publications, b counts 151" in caplog.text
    assert "2019" not in caplog.text


def test_a_year_of_one_source_only_and_a_running_year():
    rows = records_of(
        compared(({2019: 10, 2020: 10}, "2020-07-01"), ({2020: 99, 2021: 99}, "2022-01-01"))
    )
    assert [row["year"] for row in rows] == [2019, 2020, 2021]
    assert [row["complete"] for row in rows] == [True, False, True]
    assert [row["publications"] for row in rows] == [10, 10, None]
    assert [row["agree"] for row in rows] == [None] * 3
    assert [row["ratio"] for row in rows] == [None, 9.9, None]
