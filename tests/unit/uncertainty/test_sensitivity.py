"""Swings and Sobol indices against their known values, and the plan of the next observation."""

import math

import numpy as np
import pandas as pd
import pytest
from tests.unit.uncertainty.conftest import fixed

from datafootprint.projection.comparison import fits_to_draw_from
from datafootprint.projection.project import project_usage
from datafootprint.uncertainty.chain import read_inputs
from datafootprint.uncertainty.planning import plan_next_observation
from datafootprint.uncertainty.priors import read_priors
from datafootprint.uncertainty.sensitivity import analyse_sensitivity


@pytest.fixture
def ranked(inputs):
    """Rank the sources; returns the table by (method, tier, source)."""

    def run(seed=1, **priors):
        table = analyse_sensitivity(inputs(**priors), seed)
        return table.set_index(["method", "tier", "source"])

    return run


def test_two_lognormal_factors_share_the_variance_as_their_logarithms_do(ranked, neutral):
    """Variances of the logs 0.04 and 0.09: indices 4/13 and 9/13; swings exp(+-1.96 sd)."""
    two = {
        "carbon_intensity": {"lognormal": {"median": 1, "gsd": math.exp(0.2)}, "source": "test"},
        "model_and_hardware": {"lognormal": {"median": 1, "gsd": math.exp(0.3)}, "source": "test"},
    }
    found = ranked(**neutral | two)
    assert set(found.xs("T2", level="tier").index.get_level_values("source")) == {
        "carbon_intensity"
    }
    for source, share, sd in zip(two, (4 / 13, 9 / 13), (0.2, 0.3), strict=True):
        row = found.loc["as_described", "T3", source]
        assert row["first_order"] == pytest.approx(share, abs=0.02)
        assert row["total"] == pytest.approx(share, abs=0.02)
        assert row["swing_high"] == pytest.approx(math.exp(1.96 * sd), rel=0.03)
        assert row["swing_low"] == pytest.approx(math.exp(-1.96 * sd), rel=0.03)


def test_the_indices_of_the_default_run(ranked):
    found = ranked().loc["as_described"]
    expected = {
        ("T3", "runs_per_paper"): 0.51,
        ("T3", "model_and_hardware"): 0.17,
        ("T3", "share_outside_venue"): 0.15,
        ("T3", "mean_epochs"): 0.05,
        ("T2", "specificity"): 0.31,
        ("T2", "sensitivity"): 0.24,
        ("T2", "carbon_intensity"): 0.20,
    }
    assert found["first_order"][list(expected)].to_dict() == pytest.approx(expected, abs=0.02)
    assert found["first_order"].groupby("tier").sum().tolist() == pytest.approx([1, 1], abs=0.04)
    assert (found["swing_low"] < 1).all() and (found["swing_high"] > 1).all()


def test_seed_0_is_a_seed(ranked):
    assert ranked(seed=0).equals(ranked(seed=0))


def test_nothing_uncertain_leaves_nothing_to_rank(ranked, neutral):
    assert ranked(**neutral).empty


@pytest.fixture
def plan(inputs):
    """Plan the next observation; returns the table by (method, action)."""

    def run(**priors):
        table = plan_next_observation(inputs(**priors), 1)
        return table.set_index(["method", "action"])

    return run


def test_200_audited_papers_narrow_the_range_to_28_percent_and_400_hardly_more(plan):
    found = plan().loc["as_described"]
    audit = found.loc["audit 200 papers"]
    assert audit["half_width_now"] == pytest.approx(0.41, abs=0.015)
    assert audit["half_width_then"] == pytest.approx(0.28, abs=0.01)
    more = found.loc["audit 400 papers", "half_width_then"]
    assert 0 < audit["half_width_then"] - more < 0.02
    observed = found.loc["observe 2023 to 2025"]
    assert observed["effort"] == 554 + 785 + 1270
    assert 0 < observed["reduction"] < audit["reduction"]
    both = found.loc["observe 2023 to 2025 and audit 200 papers"]
    assert both["half_width_then"] < audit["half_width_then"]


def test_observing_removes_the_projection_where_nothing_else_is_uncertain(plan, neutral):
    bent = {"logit": {"bend_sd": 0.1}, "source": "test"}
    sampled = {"jeffreys": {}, "source": "test"}
    found = plan(**neutral | {"projection": bent, "sampling": sampled})
    assert found.loc[("as_described", "observe 2023 to 2025"), "reduction"] > 0.4
    assert set(found.index.get_level_values("action")) == {"observe 2023 to 2025"}


def test_of_a_median_of_zero_no_width_is_a_part(plan):
    rare = {"sensitivity": fixed(1), "specificity": fixed(0.2)}
    assert plan(**rare).empty


def test_nothing_uncertain_leaves_nothing_to_narrow(plan, neutral):
    assert not plan(**neutral)[["half_width_now", "reduction"]].any(axis=None)


def test_an_audit_takes_the_place_of_the_assumed_error_rates(inputs, counts):
    audited = inputs(counts.assign(correction="audit", trained_low=10.0, trained_high=30.0))
    table = analyse_sensitivity(audited, 1)
    sources = set(table["source"][table["tier"] == "T2"])
    assert "audit" in sources and not sources & {"sensitivity", "specificity"}
    actions = set(plan_next_observation(audited, 1)["action"])
    assert actions == {"observe 2023 to 2025", "measure 10 more runs"}


def inputs_of_a_venue(config, mentioning, trained):
    """Five observed years and one to project."""
    counts = pd.DataFrame({"year": range(2017, 2023), "accepted": 300, "correction": None})
    observed = counts["year"] < 2022
    counts["mentioning"] = pd.Series(mentioning, index=counts.index).where(observed)
    counts["trained"] = pd.Series(trained, index=counts.index).where(observed)
    for column in ("trained_low", "trained_high", "trained_raw", "sensitivity", "specificity"):
        counts[column] = np.nan
    return read_inputs(
        counts,
        project_usage(counts, "ols", 0.05),
        counts[["year"]].assign(publications=1000),
        fits_to_draw_from(counts, 0.05),
        read_priors(config["uncertainty"]["priors"]),
        config,
    )


def test_no_audit_reads_more_papers_than_there_are(config):
    inputs = inputs_of_a_venue(config, 30, 10)
    actions = set(plan_next_observation(inputs, 1)["action"])
    audits = {action for action in actions if action.startswith("audit")}
    assert audits == {"audit 100 papers", "audit 150 papers"}
    assert "observe 2022 and audit 180 papers" in actions


@pytest.mark.parametrize("trained", [0, 100])
def test_counts_at_the_edge_have_a_plan_without_fault(trained, config):
    """No paper, or every paper, trained: shares of 0 and 1."""
    inputs = inputs_of_a_venue(config, 100, trained)
    assert plan_next_observation(inputs, 1).notna().all(axis=None)
    analyse_sensitivity(inputs, 1)
