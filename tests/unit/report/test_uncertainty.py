"""Ranges, bars and figures of the report."""

import pytest

from datafootprint.projection.project import project_usage
from datafootprint.report.figures.projection import draw_models
from datafootprint.report.figures.sensitivity import draw_tornado
from datafootprint.report.figures.usage import draw_usage
from datafootprint.report.uncertainty import uncertainty_context
from datafootprint.uncertainty.priors import TIERS, Prior

PRIORS = {source: Prior("student_t", (0.2 / 3, 3), "here") for source in TIERS}
METHODS = ("as_published", "year_aligned", "as_described")
QUANTITIES = {
    "runs": 1000.0,
    "training_emissions_t": 100.0,
    "training_person_equivalents": 20.0,
    "storage_emissions_t": 5.0,
}


@pytest.fixture
def tables():
    return {
        "uncertainty": [
            {
                "method": method,
                "tier": tier,
                "quantity": quantity,
                "point": value,
                "p2_5": value / spread,
                "p50": value,
                "p97_5": value * spread,
            }
            for method in METHODS
            for tier, spread in (("T1", 1.1), ("T2", 1.5), ("T3", 4.0))
            for quantity, value in QUANTITIES.items()
        ],
        "sensitivity": [
            {
                "method": method,
                "tier": tier,
                "source": source,
                "swing_low": 1 / swing,
                "swing_high": swing,
                "first_order": index,
            }
            for method in METHODS
            for tier in ("T2", "T3")
            for source, swing, index in (("pue", 1.1, 0.1), ("runs_per_paper", 3.0, 0.9))
        ],
        "next_observation": [
            {"method": "as_described", "action": "rest", "effort": 0, "reduction": 0.0},
            {"method": "as_described", "action": "audit", "effort": 9, "reduction": 0.3},
            {"method": "as_published", "action": "audit", "effort": 9, "reduction": 0.2},
        ],
        "backtest": [
            {
                "share": share,
                "held_out_years": years,
                "model": "ols",
                "fitted_from": 2018,
                "fitted_until": 2023 - years,
            }
            for share in ("trained_share", "trained_share_of_mentioning")
            for years in (1, 2, 3)
        ],
        "projection": [
            {"year": year, "kind": kind, "accepted": 100}
            for year, kind in (
                *((year, "observed") for year in (2018, 2019, 2020, 2022, 2023)),
                (2021, "projected"),
                (2024, "projected"),
            )
        ],
    }


def test_the_context_follows_the_headline(tables):
    context = uncertainty_context(tables, PRIORS, "as_described")
    assert context["ranges"]["T2"]["runs"]["p97_5"] == 1500
    assert len(context["table"]) == 9
    assert context["table"][0]["cells"][0] == ("1,000", "909 to 1,100")
    assert [row["action"] for row in context["plan"]] == ["audit", "rest"]
    assert [row["source"] for row in context["leading"]["T3"]] == ["runs_per_paper", "pue"]
    assert context["to_fetch"] == 200
    assert context["priors"][0] == {
        "source": "sampling",
        "prior": "student_t(0.06667, 3)",
        "origin": "here",
    }


def test_a_backtest_needs_three_observed_years_before_it(tables):
    """2018 to 2020 are three; without 2021, so are the years until 2021 two years held out."""
    context = uncertainty_context(tables, PRIORS, "as_described")
    assert [row["held_out_years"] for row in context["backtest"]] == [3]
    tables["projection"][2]["kind"] = "projected"
    context = uncertainty_context(tables, PRIORS, "as_described")
    assert [row["held_out_years"] for row in context["backtest"]] == [1]
    tables["projection"] = tables["projection"][:2]
    assert not uncertainty_context(tables, PRIORS, "as_described")["backtest"]


@pytest.mark.parametrize(
    ("fixed", "errors"),
    [
        ([], ["sampling", "projection", "measurement"]),
        (["projection"], ["sampling", "measurement"]),
        (list(TIERS), []),
    ],
)
def test_only_errors_that_are_drawn_are_named(tables, fixed, errors):
    priors = PRIORS | {source: Prior("fixed", (1,), "") for source in fixed}
    context = uncertainty_context(tables, priors, "as_described")
    assert context["errors"] == errors
    assert context["is_projection_drawn"] == ("projection" in errors)
    tables["projection"] = [row for row in tables["projection"] if row["kind"] == "observed"]
    assert "projection" not in uncertainty_context(tables, priors, "as_described")["errors"]


def test_bars_lie_in_order_on_a_logarithmic_axis(tables):
    bars = uncertainty_context(tables, PRIORS, "as_described")["bars"]
    middle = bars["rows"][2]["middle"]
    assert middle - bars["rows"][2]["start"] == pytest.approx(
        bars["rows"][2]["end"] - middle, abs=0.2
    )
    assert all(60 <= row["start"] <= row["middle"] <= row["end"] <= 690 for row in bars["rows"])
    assert {tick["label"] for tick in bars["ticks"]} == {"50", "100", "200"}


def test_zero_emissions_have_no_logarithmic_bars(tables):
    for row in tables["uncertainty"]:
        row["p2_5"] = row["p50"] = row["p97_5"] = row["point"] = 0.0
    assert uncertainty_context(tables, PRIORS, "as_described")["bars"]["rows"] == []


def test_the_largest_swing_is_on_top(tables):
    axes = draw_tornado(tables["sensitivity"], "as_described").axes[1]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["pue", "runs per paper"]


@pytest.mark.parametrize("until", [2022, 2023])
def test_models_are_drawn_with_what_was_observed(until):
    rows = [
        {
            "share": share,
            "model": model,
            "year": year,
            "observed": 0.5 if year < 2023 else None,
            "mean": 0.3,
            "low": 0.2,
            "high": 0.4,
        }
        for share in ("trained_share", "trained_share_of_mentioning")
        for model in ("ols", "last")
        for year in range(2020, until + 1)
    ]
    figure = draw_models(rows)
    for axes in figure.axes:
        assert axes.get_ylabel() == "share of papers"
        assert axes.get_ylim()[1] > 0.5
        assert bool(axes.containers) == (until == 2023)
        assert sorted(axes.get_legend_handles_labels()[1]) == ["last", "observed", "ols"]
        for bars in axes.containers:
            assert abs(bars[0].get_xdata()[0] - 2023) < 0.15


def test_a_trend_that_too_few_years_do_not_have_is_not_drawn(counts):
    _, right = draw_usage(project_usage(counts[:2], "ols", 0.05)).axes
    assert "95% of the line" not in right.get_legend_handles_labels()[1]


@pytest.mark.parametrize("observed", [6, 8, 9])
def test_what_is_projected_is_drawn_and_named_only_if_it_is(counts, observed):
    rows = [
        {**row, "mentioning": row["accepted"] * 2 // 5, "trained": row["accepted"] // 10 + i}
        if i < observed
        else row
        for i, row in enumerate(counts)
    ]
    left, right = draw_usage(project_usage(rows, "ols", 0.05)).axes
    legends = [axes.get_legend_handles_labels()[1] for axes in (left, right)]
    assert ("projected (open)" in legends[0]) == (observed < 9)
    assert ("95% of a new year" in legends[1]) == (observed < 9)
    bands = [band.get_paths()[0].get_extents() for band in left.collections]
    assert len(bands) == (2 if observed < 9 else 0)
    assert all(band.width > 0.1 and band.height > 0 for band in bands)
