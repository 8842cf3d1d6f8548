"""The ranges hold as often as they say, in simulated literatures."""

import pytest
from tests.unit.uncertainty.coverage import simulate_labels, simulate_totals

WORLDS = ("flat", "trend", "bent", "scatter", "walk 0.10", "walk 0.15", "fall 0.1")
BREAK = "fall 0.2"


@pytest.mark.slow
def test_the_statistical_range_of_a_total_holds_it(projection, publications):
    """Apart from a fall that nothing announces, nine times of ten and more."""
    papers = projection["mentioning"].astype(int)
    worlds = (*WORLDS, BREAK)
    found = simulate_totals(worlds, papers, publications["publications"], replicates=150)
    assert (found.loc[list(WORLDS), "coverage"] >= 0.9).all()
    assert 0.3 < found.loc[BREAK, "coverage"] < 0.9


@pytest.mark.slow
def test_the_range_with_errors_of_labels_holds_the_share():
    found = simulate_labels((0.01, 0.05, 0.2, 0.4), replicates=150)
    assert (found["coverage"] >= 0.9).all()
    assert (found["holds_raw_share"] == 1).all()
