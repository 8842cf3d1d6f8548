"""Ranges, bars and plans of the section on uncertainty."""

import pandas as pd
import pytest

from datafootprint.report.sections.uncertainty_section import uncertainty_section
from datafootprint.report.wording import source_words
from datafootprint.uncertainty.priors import SOURCES, Prior

PRIORS = {source: Prior("student_t", (0.2 / 3, 3), "here") for source in SOURCES}
METHODS = ("as_published", "year_aligned", "as_described")
POINTS = {
    "runs": 1000.0,
    "training_emissions_t": 100.0,
    "training_person_equivalents": 20.0,
    "storage_emissions_t": 5.0,
}
OBSERVED = (2018, 2019, 2020, 2022, 2023)


def projection(observed=OBSERVED, projected=(2021, 2024)):
    rows = [(year, "observed", 100) for year in observed]
    rows += [(year, "projected", 100) for year in projected]
    return pd.DataFrame(rows, columns=["year", "kind", "accepted"])


@pytest.fixture
def tables():
    ranges = [
        (method, tier, name, value, value / spread, value, value * spread)
        for method in METHODS
        for tier, spread in (("T1", 1.1), ("T2", 1.5), ("T3", 4.0))
        for name, value in POINTS.items()
    ]
    swings = [
        (method, tier, source, index)
        for method in METHODS
        for tier in ("T2", "T3")
        for source, index in (("pue", 0.1), ("runs_per_paper", 0.9))
    ]
    plan = [
        ("as_described", "rest", 0.0, 9, 0.4, 0.4, "T2"),
        ("as_described", "audit", 0.3, 9, 0.4, 0.3, "T2"),
        ("as_published", "audit", 0.2, 9, 0.4, 0.3, "T2"),
    ]
    backtest = [
        (share, years, "ols", 2018, 2023 - years, 9.0, 8.0, 0.1, 2, 0.1)
        for share in ("trained_share", "trained_share_of_mentioning")
        for years in (1, 2, 3)
    ]
    named = {
        "uncertainty": (ranges, "method tier quantity point p2_5 p50 p97_5"),
        "sensitivity": (swings, "method tier source first_order"),
        "next_observation": (
            plan,
            "method action reduction effort half_width_now half_width_then tier",
        ),
        "backtest": (
            backtest,
            "share held_out_years model fitted_from fitted_until predicted_papers observed_papers "
            "pooled_error years_covered mean_width",
        ),
    }
    frames = {
        name: pd.DataFrame(rows, columns=columns.split()) for name, (rows, columns) in named.items()
    }
    return frames | {"projection": projection()}


def section(tables, priors=PRIORS, **changed):
    return uncertainty_section(tables | changed, priors, "as_described")


def test_the_context_follows_the_headline(tables):
    context = section(tables)
    _, measured, assumed = context["tiers"]
    assert measured["ranges"]["runs"]["p97_5"] == 1500
    assert context["plan"]["action"].tolist() == ["audit", "rest"]
    assert assumed["largest"].split(" (")[0] == "runs per paper"
    assert context["to_fetch"] == 200
    assert context["priors"].iloc[0, 1:].tolist() == ["student_t(0.06667, 3)", "here"]


@pytest.mark.parametrize(
    ("observed", "held_out"),
    # Three years until 2020, two without 2020, two in all.
    [(OBSERVED, [3]), ((2018, 2019, 2022, 2023), [1]), ((2018, 2019), [])],
)
def test_a_backtest_needs_three_observed_years_before_it(tables, observed, held_out):
    context = section(tables, projection=projection(observed))
    assert bool(context["backtest"]) == bool(held_out)
    assert all(f"The last {n} observed" in context["backtest"].caption for n in held_out)


@pytest.mark.parametrize("fixed", [[], ["projection"], list(SOURCES)])
def test_only_errors_that_are_drawn_are_named(tables, fixed):
    priors = PRIORS | {source: Prior("fixed", (1,), "") for source in fixed}
    context = section(tables, priors)
    assert context["is_projection_drawn"] == (not fixed)
    named = [name for tier in context["tiers"] for name in tier["adds"]]
    assert ("projected years" in named) == (not fixed)
    assert (source_words("sampling") in named) == ("sampling" not in fixed)
    observed = section(tables, priors, projection=projection(projected=()))
    assert "projected years" not in observed["tiers"][0]["adds"]
