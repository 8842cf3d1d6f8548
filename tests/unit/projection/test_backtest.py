"""The backtest scores each model on years it has not seen."""

import pytest
from tests.unit.projection.coverage import simulate_coverage

from datafootprint.projection.project import backtest_models


@pytest.fixture(scope="module")
def scores(counts):
    return backtest_models(counts, 0.05).set_index(["share", "held_out_years", "model"])


@pytest.mark.parametrize(
    ("share", "model", "error"),
    [
        ("trained_share", "ols", -0.335),
        ("trained_share_of_mentioning", "ols", -0.288),
        ("trained_share", "constant", 0.090),
        ("trained_share_of_mentioning", "constant", 0.051),
        ("trained_share", "last", -0.020),
        ("trained_share_of_mentioning", "last", -0.030),
    ],
)
def test_three_years_held_out(scores, share, model, error):
    row = scores.loc[share, 3, model]
    assert (row["fitted_from"], row["fitted_until"]) == (2017, 2019)
    assert row["observed_papers"] == 80 + 105 + 110
    assert row["pooled_error"] == pytest.approx(error, abs=0.0006)


def test_the_pooled_constant_by_hand(scores):
    """126 of 387 mentioning papers in 2017 to 2019 trained; 952 mention it in 2020 to 2022."""
    row = scores.loc["trained_share_of_mentioning", 3, "constant"]
    assert row["predicted_papers"] == pytest.approx(126 / 387 * 952)


def test_a_model_is_left_out_where_too_few_years_remain(counts):
    scores = backtest_models(counts[:4], 0.05)
    found = set(scores["model"][scores["held_out_years"] == 2])
    assert found == {"logit", "constant", "last", "bayes"}
    assert backtest_models(counts[:1], 0.05).empty


@pytest.mark.slow
def test_coverage_of_the_nominal_95_percent_intervals():
    """The table in docs/coverage.md, within the noise of 1,500 replicates."""
    wholes = (75, 129, 183, 238, 319, 395, 554, 785, 1270)
    found = simulate_coverage(range(2017, 2026), wholes, -0.588, -0.058, 1500)
    coverage = found.set_index(["world", "model"])["coverage"]
    assert (coverage["trend"][["ols", "wls", "logit", "bayes"]] > 0.93).all()
    assert (coverage["flat"][["constant", "last"]] > 0.93).all()
    assert coverage["trend", "constant"] < 0.65
    assert coverage["scatter", "ols"] > 0.93 > coverage["scatter", "logit"] > 0.8
