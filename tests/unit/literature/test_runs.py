"""Training runs by the three methods."""

import numpy as np
import pandas as pd
import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datafootprint.errors import DatafootprintError
from datafootprint.literature.practice import read_practice
from datafootprint.literature.runs import estimate_runs, total_runs
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


def test_fewer_publications_than_papers_of_the_venue_are_warned_of(
    projection, publications, caplog
):
    estimate_runs(projection, publications.assign(publications=publications["publications"] // 100))
    assert "publications of 2024, 2025 are fewer" in caplog.text


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
        (share * quantity(100, "mentioning_paper")).to("trained_paper")


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(9)), st.permutations(range(9)))
def test_the_order_of_rows_changes_nothing(projection, publications, first, second):
    shuffled = projection.iloc[list(first)], publications.iloc[list(second)]
    assert estimate_runs(*shuffled).equals(estimate_runs(projection, publications))


@pytest.fixture(scope="session")
def practice():
    """Ten papers trained, four of them on the whole dataset: two ran once, two 2 to 5 times."""
    papers = pd.DataFrame(
        {
            "year": 2018,
            "label": ["trained_from_scratch"] * 10,
            "trained_on_1k": [True] * 4 + [False] * 6,
            "models": ["1", "1", "2-5", "2-5"] + [None] * 6,
        }
    )
    rows = [("models 1", 2017, 1), ("models 2-5", 2017, 3), ("models 6-20", 2017, 10)]
    rows += [("models >20", 2017, 40), ("epochs", 2017, 90), ("epochs", 2021, 300)]
    rows += [("energy_per_epoch", 2017, 2)]
    means = pd.DataFrame(rows, columns=["quantity", "first_year", "mean"])
    means["last_year"] = means["first_year"].map({2017: 2020, 2021: 2026})
    return read_practice(papers, means.assign(p5=means["mean"], p95=means["mean"], source="test"))


@pytest.mark.parametrize(
    ("quantity", "column", "value", "sentence"),
    [
        ("models >20", "quantity", "models 1", "there is no row of models >20"),
        ("epochs", "last_year", 2019, "epochs 2021-2026: it must begin in 2020"),
        ("epochs", "last_year", 2021, "epochs 2021-2026: it must begin in 2022"),
        ("models 2-5", "mean", 320, "models 2-5 2017-2020: the mean 320 is not from p5"),
        ("models 2-5", "p5", 4, "models 2-5 2017-2020: the mean 3 is not from p5"),
    ],
)
def test_slips_in_a_table_of_practice_are_refused(practice, quantity, column, value, sentence):
    means = practice.means.copy()
    means.loc[means["quantity"].eq(quantity).idxmax(), column] = value
    papers = pd.DataFrame({"trained_on_1k": [True]})
    with pytest.raises(DatafootprintError, match=sentence):
        read_practice(papers, means)


def test_a_second_mean_of_a_band_is_refused_since_only_one_is_used(practice):
    second = practice.means[practice.means["quantity"] == "models 1"].assign(first_year=2021)
    papers = pd.DataFrame({"trained_on_1k": [True]})
    with pytest.raises(DatafootprintError, match=r"models 1 2021-2020.* one for all years"):
        read_practice(papers, pd.concat([practice.means, second]))


def test_observed_runs_by_hand(practice):
    """100 and 200 publications, of which 0.25 and 0.5 trained: 25 and 100 papers."""
    shares = {"trained_share": [0.1, 0.2], "trained_share_of_mentioning": [0.25, 0.5]}
    projection = pd.DataFrame({"year": [2020, 2021], **shares, "kind": ["observed", "projected"]})
    publications = pd.DataFrame({"year": [2020, 2021], "publications": [100, 200]})
    training = {"variant_share": 1, "runs_per_paper": 1, "epochs": 300, "observed": []}

    def runs(years=(2020,), **changed):
        table = estimate_runs(projection, publications, training | changed, practice, years)
        return table.set_index("method")

    observed = runs().loc["as_observed"]
    assert observed["papers"].tolist() == pytest.approx([10, 40])
    assert observed["runs"].tolist() == pytest.approx([20, 80])
    assert observed["run_energy_factor"].tolist() == pytest.approx([2 * 90 / 300, 2])
    # Counts that are of the dataset alone have no variant to discount.
    assert runs(years=()).loc["as_observed", "papers"].tolist() == pytest.approx([25, 100])
    alone = runs(observed=["runs_per_paper"]).loc["as_described"]
    assert alone["runs"].tolist() == pytest.approx([50, 200])
    assert alone["papers"].tolist() == pytest.approx([25, 100])
    assert runs(epochs=90).loc["as_observed", "run_energy_factor"].iloc[0] == pytest.approx(2)


def test_what_papers_report_has_the_spread_of_its_cases(practice):
    rng = np.random.default_rng(1)
    variant = practice.draw("variant_share", [2018], 200_000, rng)
    assert variant.mean() == pytest.approx(4.5 / 11 / 0.4, rel=0.01)
    runs = practice.draw("runs_per_paper", [2018], 200_000, rng)
    # Weights of two and two papers: 1 + 2 Beta(2, 2), over 2.
    assert (runs.mean(), runs.std()) == pytest.approx((1, np.sqrt(1 / 20)), rel=0.01)


def test_a_missing_year_is_refused(projection, publications):
    with pytest.raises(DatafootprintError, match="publications: there is no row for 2020"):
        estimate_runs(projection, publications[publications["year"] != 2020])
    with pytest.raises(DatafootprintError, match="projection: there is no row for 2020"):
        estimate_runs(projection[projection["year"] != 2020], publications)


def test_years_beyond_the_estimate_are_left_out(projection, publications):
    later = pd.DataFrame({"year": [2026], "publications": [10**9]})
    more = pd.concat([publications, later], ignore_index=True)
    assert estimate_runs(projection, more).equals(estimate_runs(projection, publications))
