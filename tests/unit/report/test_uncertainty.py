"""Ranges, bars and figures of the report."""

import pytest

from datafootprint.report.figures.projection import draw_models
from datafootprint.report.figures.sensitivity import draw_tornado
from datafootprint.report.uncertainty import uncertainty_context

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
            {"share": share, "held_out_years": years, "model": "ols"}
            for share in ("trained_share", "trained_share_of_mentioning")
            for years in (1, 2)
        ],
    }


def test_the_context_follows_the_headline(tables):
    context = uncertainty_context(tables, {"pue": ["fixed", 1.3, "Uptime"]}, "as_described")
    assert context["ranges"]["T2"]["runs"]["p97_5"] == 1500
    assert len(context["table"]) == 9
    assert context["table"][0]["cells"][0] == ("1,000", "909 to 1,100")
    assert [row["action"] for row in context["plan"]] == ["audit", "rest"]
    assert [row["source"] for row in context["leading"]["T3"]] == ["runs_per_paper", "pue"]
    assert context["backtest"] == [
        {"share": "trained_share_of_mentioning", "held_out_years": 2, "model": "ols"}
    ]
    assert context["priors"] == [{"source": "pue", "prior": "fixed(1.3)", "origin": "Uptime"}]


def test_bars_lie_in_order_on_a_logarithmic_axis(tables):
    bars = uncertainty_context(tables, {}, "as_described")["bars"]
    middle = bars["rows"][2]["middle"]
    assert middle - bars["rows"][2]["start"] == pytest.approx(
        bars["rows"][2]["end"] - middle, abs=0.2
    )
    assert all(60 <= row["start"] <= row["middle"] <= row["end"] <= 690 for row in bars["rows"])
    assert {tick["label"] for tick in bars["ticks"]} == {"50", "100", "200"}


def test_zero_emissions_have_no_logarithmic_bars(tables):
    for row in tables["uncertainty"]:
        row["p2_5"] = row["p50"] = row["p97_5"] = row["point"] = 0.0
    assert uncertainty_context(tables, {}, "as_described")["bars"]["rows"] == []


def test_the_largest_swing_is_on_top(tables):
    axes = draw_tornado(tables["sensitivity"], "as_described").axes[1]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["pue", "runs per paper"]


def test_models_are_drawn_with_what_was_observed():
    rows = [
        {
            "share": share,
            "model": model,
            "year": year,
            "observed": 0.3 if year < 2023 else None,
            "mean": 0.3,
            "low": 0.2,
            "high": 0.4,
        }
        for share in ("trained_share", "trained_share_of_mentioning")
        for model in ("ols", "last")
        for year in (2022, 2023)
    ]
    figure = draw_models(rows)
    assert [axes.get_ylabel() for axes in figure.axes] == ["share of papers"] * 2
