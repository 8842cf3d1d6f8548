"""Training runs by the three methods."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datafootprint.errors import DatafootprintError
from datafootprint.literature.methods import METHODS
from datafootprint.literature.runs import estimate_runs, method_share, total_runs

TABLE_3 = [1104, 1946, 3090, 3875, 5891, 6243, 6583, 8130, 9312]


def test_table_3_and_the_published_total_come_out(training_runs):
    published = [row for row in training_runs if row["method"] == "as_published"]
    assert [math.floor(row["runs"]) for row in published] == TABLE_3
    assert total_runs(training_runs)["as_published"] == pytest.approx(46179.245, abs=1e-9)


def test_the_corrected_totals(training_runs):
    totals = total_runs(training_runs)
    assert totals["year_aligned"] == pytest.approx(41025.765, abs=1e-9)
    assert totals["as_described"] == pytest.approx(115531.4854, abs=1e-4)


def test_by_hand():
    """100 and 200 publications; shares 0.1 and 0.2 of accepted, 0.25 and 0.5 of mentioning."""
    projection = [
        {"year": 2020, "trained_share": 0.1004, "trained_share_of_mentioning": 0.25},
        {"year": 2021, "trained_share": 0.2, "trained_share_of_mentioning": 0.5},
    ]
    publications = [{"year": 2020, "publications": 100}, {"year": 2021, "publications": 200}]
    totals = total_runs(estimate_runs(projection, publications))
    assert totals == pytest.approx({"as_published": 40, "year_aligned": 50, "as_described": 125})


def test_each_year_meets_its_own_share_unless_the_method_reverses_them(projection, training_runs):
    """This test would have caught the published estimate's first fault."""
    shares = {row["year"]: row for row in projection}
    for row in training_runs:
        if row["method"] == "as_described":
            assert row["trained_share"] == shares[row["year"]]["trained_share_of_mentioning"]
        else:
            year = row["year"] if row["method"] == "year_aligned" else 4042 - row["year"]
            assert row["trained_share"] == round(shares[year]["trained_share"], 3)


def test_a_tie_is_rounded_as_the_draws_round_it():
    shares = np.array([3 / 400, 5 / 400, 0.0685, 0.1145])
    for share, rounded in zip(shares, np.round(shares, 3), strict=True):
        by_year = {2020: {"trained_share": float(share)}}
        assert method_share(METHODS["year_aligned"], by_year, 2020).magnitude == rounded


@given(st.randoms())
def test_the_order_of_rows_changes_nothing(projection, publications, shuffler: random.Random):
    shuffled = list(projection), list(publications)
    for rows in shuffled:
        shuffler.shuffle(rows)
    assert estimate_runs(*shuffled) == estimate_runs(projection, publications)


@given(st.integers(1, 50))
def test_runs_grow_with_the_publications(projection, publications, factor):
    many = [{**row, "publications": factor * row["publications"]} for row in publications]
    once = total_runs(estimate_runs(projection, publications))
    for method, runs in total_runs(estimate_runs(projection, many)).items():
        assert runs == pytest.approx(factor * once[method], rel=1e-12)


def test_a_missing_year_is_refused(projection, publications):
    with pytest.raises(DatafootprintError, match="publications: there is no row for 2020"):
        estimate_runs(projection, [row for row in publications if row["year"] != 2020])
    with pytest.raises(DatafootprintError, match="projection: there is no row for 2020"):
        estimate_runs([row for row in projection if row["year"] != 2020], publications)


def test_years_beyond_the_estimate_are_left_out(projection, publications):
    more = [*publications, {"year": 2026, "publications": 10**9}]
    assert estimate_runs(projection, more) == estimate_runs(projection, publications)
