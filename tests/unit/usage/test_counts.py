"""Counts of each year come from the source that the configuration names."""

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.usage.counts import count_sources, count_usage

PUBLISHED = [
    {"year": 2022, "accepted": 1094, "mentioning": 395, "trained": 110},
    {"year": 2023, "accepted": 1574, "mentioning": None, "trained": None},
]
MINE = [{"year": 2023, "accepted": 1573, "mentioning": 500, "trained": 70}]


def test_each_year_has_the_row_and_the_name_of_its_source():
    tables = {"published": PUBLISHED, "mine.csv": MINE}
    assert count_usage(tables, {2022: "published", 2023: "mine.csv"}, 2023) == [
        {**PUBLISHED[0], "source": "published"},
        {**MINE[0], "source": "mine.csv"},
    ]


def test_years_after_the_last_are_left_out():
    counts = count_usage({"published": PUBLISHED}, {2022: "published", 2023: "published"}, 2022)
    assert [row["year"] for row in counts] == [2022]


def test_a_year_that_the_source_lacks_is_refused():
    with pytest.raises(DatafootprintError, match=r"mine.csv: there is no row for 2022"):
        count_usage({"mine.csv": MINE}, {2022: "mine.csv", 2023: "mine.csv"}, 2023)


def test_half_a_paper_is_refused_unless_it_was_corrected():
    row = {"year": 2023, "accepted": 9, "mentioning": 5, "trained": 2.5}
    with pytest.raises(DatafootprintError, match="papers come whole"):
        count_usage({"mine.csv": [row]}, {2023: "mine.csv"}, 2023)
    corrected = {**row, "correction": "audit"}
    with pytest.raises(DatafootprintError, match="needs its 95% bounds"):
        count_usage({"mine.csv": [corrected]}, {2023: "mine.csv"}, 2023)
    corrected |= {"trained_low": 1.5, "trained_high": 4.0}
    assert count_usage({"mine.csv": [corrected]}, {2023: "mine.csv"}, 2023)[0]["trained"] == 2.5


@pytest.mark.parametrize(
    "lacking", [{"trained_raw": None}, {"specificity": None}, {"specificity": 0.1}]
)
def test_a_count_that_error_rates_corrected_brings_them_along(lacking):
    row = {
        **{"year": 2023, "accepted": 9, "mentioning": 5, "trained": 2.5, "trained_raw": 3},
        **{"correction": "rogan_gladen", "sensitivity": 0.9, "specificity": 0.8},
    }
    assert count_usage({"mine.csv": [row]}, {2023: "mine.csv"}, 2023)
    with pytest.raises(DatafootprintError, match="needs trained_raw, sensitivity and specificity"):
        count_usage({"mine.csv": [{**row, **lacking}]}, {2023: "mine.csv"}, 2023)


def config(source="published", **counts):
    return {
        "usage": {"counts": {"2022": "published", "2023": "published", **counts}},
        "papers": {"source": source, "years": [2023]},
    }


def test_a_year_in_quotes_prevails_over_the_default():
    both = config()
    both["usage"]["counts"] = {"2022": None, "2023": "a.csv", 2022: "published", 2023: "published"}
    assert count_sources(both) == {2023: "a.csv"}


def test_years_that_are_read_are_live_whatever_the_counts_say():
    assert count_sources(config()) == {2022: "published", 2023: "published"}
    assert count_sources(config("folder")) == {2022: "published", 2023: "live"}
    assert count_sources(config("folder", **{"2022": None})) == {2023: "live"}
    with pytest.raises(DatafootprintError, match=r"usage\.counts\.2022 is live, but no papers"):
        count_sources(config("folder", **{"2022": "live"}))
