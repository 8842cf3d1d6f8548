"""Training runs by the three methods."""

import numpy as np
import pandas as pd
import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datafootprint.errors import DatafootprintError
from datafootprint.literature.methods import METHODS
from datafootprint.literature.runs import RUNS_PER_PAPER, estimate_runs, total_runs
from datafootprint.units import quantity

TABLE_3 = [1104, 1946, 3090, 3875, 5891, 6243, 6583, 8130, 9312]


def test_table_3_and_the_published_total_come_out(training_runs):
    published = training_runs[training_runs["method"] == "as_published"]
    assert np.floor(published["runs"]).tolist() == TABLE_3
    assert total_runs(training_runs)["as_published"] == pytest.approx(46179.245, abs=1e-9)


def test_the_corrected_totals(training_runs):
    totals = total_runs(training_runs)
    assert totals["year_aligned"] == pytest.approx(41025.765, abs=1e-9)
    assert totals["as_described"] == pytest.approx(115531.4854, abs=1e-4)


def test_by_hand():
    """100 and 200 publications; shares 0.1 and 0.2 of accepted, 0.25 and 0.5 of mentioning."""
    projection = pd.DataFrame(
        {
            "year": [2020, 2021],
            "trained_share": [0.1004, 0.2],
            "trained_share_of_mentioning": [0.25, 0.5],
        }
    )
    publications = pd.DataFrame({"year": [2020, 2021], "publications": [100, 200]})
    totals = total_runs(estimate_runs(projection, publications))
    assert totals == pytest.approx({"as_published": 40, "year_aligned": 50, "as_described": 125})


def test_each_year_meets_its_own_share_unless_the_method_reverses_them(projection, training_runs):
    """This test would have caught the published estimate's first fault."""
    applied = training_runs.pivot_table("trained_share", "year", "method")
    shares = projection.set_index("year")
    assert (applied["as_described"] == shares["trained_share_of_mentioning"]).all()
    rounded = np.round(shares["trained_share"], 3)
    assert (applied["year_aligned"] == rounded).all()
    assert (applied["as_published"] == rounded[::-1].to_numpy()).all()


def test_a_share_of_accepted_papers_does_not_multiply_papers_that_mention_the_dataset():
    """This test would have caught the published estimate's second fault."""
    share = quantity(0.1, "trained_paper / accepted_paper")
    with pytest.raises(pint.DimensionalityError):
        (share * quantity(100, "mentioning_paper") * RUNS_PER_PAPER).to("run")


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(9)), st.permutations(range(9)))
def test_the_order_of_rows_changes_nothing(projection, publications, first, second):
    shuffled = projection.iloc[list(first)], publications.iloc[list(second)]
    assert estimate_runs(*shuffled).equals(estimate_runs(projection, publications))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 50))
def test_runs_grow_with_the_publications(projection, publications, factor):
    many = publications.assign(publications=factor * publications["publications"])
    once = total_runs(estimate_runs(projection, publications))
    expected = {method: factor * once[method] for method in METHODS}
    assert total_runs(estimate_runs(projection, many)) == pytest.approx(expected, rel=1e-12)


def test_a_missing_year_is_refused(projection, publications):
    with pytest.raises(DatafootprintError, match="publications: there is no row for 2020"):
        estimate_runs(projection, publications[publications["year"] != 2020])
    with pytest.raises(DatafootprintError, match="projection: there is no row for 2020"):
        estimate_runs(projection[projection["year"] != 2020], publications)


def test_years_beyond_the_estimate_are_left_out(projection, publications):
    later = pd.DataFrame({"year": [2026], "publications": [10**9]})
    more = pd.concat([publications, later], ignore_index=True)
    assert estimate_runs(projection, more).equals(estimate_runs(projection, publications))
