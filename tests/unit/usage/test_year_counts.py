"""Counts of each year come from the source that the configuration names."""

import pandas as pd
import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.tables import check_table
from datafootprint.usage.observed import count_usage
from datafootprint.usage.usage_tables import UsageCounts


def table(*rows: dict) -> pd.DataFrame:
    return check_table(pd.DataFrame(rows), UsageCounts, "test")


PUBLISHED = table(
    {"year": 2022, "accepted": 1094, "mentioning": 395, "trained": 110},
    {"year": 2023, "accepted": 1574, "mentioning": None, "trained": None},
)
MINE = table({"year": 2023, "accepted": 1573, "mentioning": 500, "trained": 70})


def test_each_year_has_the_row_and_the_name_of_its_source():
    tables = {"published": PUBLISHED, "mine.csv": MINE}
    counts = count_usage(tables, {2022: "published", 2023: "mine.csv"}, 2023)
    assert list(counts["source"]) == ["published", "mine.csv"]
    assert list(counts["accepted"]) == [1094, 1573] and list(counts["trained"]) == [110, 70]


def test_years_after_the_last_are_left_out():
    counts = count_usage({"published": PUBLISHED}, {2022: "published", 2023: "published"}, 2022)
    assert list(counts["year"]) == [2022]


def test_a_year_that_the_source_lacks_is_refused():
    with pytest.raises(DatafootprintError, match=r"mine.csv: there is no row for 2022"):
        count_usage({"mine.csv": MINE}, {2022: "mine.csv", 2023: "mine.csv"}, 2023)


AUDITED = {"trained": 2.5, "correction": "audit", "trained_low": 1.5, "trained_high": 4.0}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        (AUDITED, None),
        ({"trained": 6}, "is more than mentioning"),
        ({"mentioning": 10}, "is more than accepted"),
        ({"trained": None}, None),
        ({"mentioning": None}, "mentioning is empty"),
        (AUDITED | {"trained_low": None}, "needs its 95% bounds"),
    ],
)
def test_a_count_that_cannot_be_is_refused(changes, fault):
    counts = table({"year": 2023, "accepted": 9, "mentioning": 5, "trained": 2} | changes)
    if fault is None:
        assert len(count_usage({"mine.csv": counts}, {2023: "mine.csv"}, 2023)) == 1
    else:
        with pytest.raises(DatafootprintError, match=rf"mine\.csv, year 2023: .*{fault}"):
            count_usage({"mine.csv": counts}, {2023: "mine.csv"}, 2023)
