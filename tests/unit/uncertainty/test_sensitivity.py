"""Swings and Sobol indices against their known values, and the plan of the next observation."""

import math

import numpy as np
import pandas as pd
import pytest
from tests.unit.uncertainty.conftest import fixed

from datafootprint.literature.literature_tables import Practice
from datafootprint.literature.runs import estimate_runs
from datafootprint.projection.project import project_usage
from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import draw_sources, shares, taking_part
from datafootprint.uncertainty.planning import plan_next_observation
from datafootprint.uncertainty.priors import Tier
from datafootprint.uncertainty.sensitivity import analyse_sensitivity
from datafootprint.usage.usage_tables import PapersRead


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
        assert row["swing_high"] == pytest.approx(math.exp(1.96 * sd), rel=0.03)
        assert row["swing_low"] == pytest.approx(math.exp(-1.96 * sd), rel=0.03)


def test_the_indices_of_the_default_run_add_up(ranked):
    found = ranked()
    sums = found["first_order"].groupby(["method", "tier"]).sum()
    assert sums.tolist() == pytest.approx([1] * len(sums), abs=0.06)
    assert (found["swing_low"] < 1).all() and (found["swing_high"] > 1).all()


@pytest.fixture
def plan(inputs):
    """Plan the next observation; returns the table by (method, action)."""

    def run(**priors):
        table = plan_next_observation(inputs(**priors), 1)
        return table.set_index(["method", "action"])

    return run


def test_an_audit_narrows_the_range_and_more_papers_hardly_more(plan):
    """Assumed rates of a language model: from 41% to 28% with 200 papers."""
    found = plan().loc["as_described"]
    audit = found.loc["audit 200 papers: check their labels by hand"]
    assert audit["half_width_now"] == pytest.approx(0.42, abs=0.03)
    assert audit["half_width_then"] == pytest.approx(0.31, abs=0.03)
    more = found.loc["audit 400 papers: check their labels by hand", "half_width_then"]
    assert 0 < audit["half_width_then"] - more < 0.02
    assert (found["reduction"] > 0).all()


def test_reading_one_more_year_narrows_observed_runs_alone(plan):
    found = plan()
    rows = found.xs("read how the papers of one more year trained", level="action")
    assert rows.index.tolist() == ["as_observed"]
    assert rows["effort"].item() == 152
    rows = found.xs("check 58 of the read papers by hand: count their runs", level="action")
    assert rows.index.tolist() == ["as_observed"]
    assert rows["reduction"].item() > 0.1


def test_published_counts_have_no_labels_to_audit(plan):
    found = plan(label_errors="read").loc["as_described"]
    assert not any(action.startswith("audit") for action in found.index)
    assert found.loc["read how the papers of one more year trained", "reduction"] > 0.01
    gpu = found.loc["measure an epoch on one more generation of GPUs"]
    assert (gpu["tier"], gpu["effort"]) == ("T3", 1) and gpu["reduction"] > 0.01


def test_observing_removes_the_projection_where_nothing_else_is_uncertain(plan, neutral):
    bent = {"logit": {"bend_sd": 0.1}, "source": "test"}
    sampled = {"jeffreys": {}, "source": "test"}
    found = plan(**neutral | {"projection": bent, "sampling": sampled})
    observed = found.loc[("as_described", "observe 2023 to 2025")]
    assert observed["reduction"] > 0.4
    assert observed["effort"] == 554 + 785 + 1270
    actions = set(found.loc["as_described"].index)
    assert actions == {"observe 2023 to 2025"}


def test_without_errors_or_papers_there_is_nothing_to_rank_or_to_narrow(ranked, plan, neutral):
    assert ranked(**neutral).empty
    assert plan(**neutral).empty
    # Of a median of 0 no width is a part.
    assert plan(duplicates=fixed(0)).empty


def test_an_audit_takes_the_place_of_the_errors_of_labels(inputs, counts):
    audited = inputs(counts.assign(correction="audit", trained_low=10.0, trained_high=30.0))
    table = analyse_sensitivity(audited, 1)
    sources = set(table["source"][table["tier"] == "T2"])
    assert {source for source in sources if source.startswith("labels")} == {"labels: audit"}
    actions = set(plan_next_observation(audited, 1)["action"])
    assert not any(action.startswith("audit") for action in actions)
    assert "observe 2023 to 2025" in actions


@pytest.fixture
def inputs_of_a_venue(joined):
    """Five observed years and one to project, of a dataset of which no paper was read."""

    def build(mentioning, trained, years=range(2017, 2022), until=2022, model="ols"):
        counts = pd.DataFrame({"year": range(2017, until + 1), "accepted": 300, "correction": None})
        counts = counts.assign(
            source="live", mentioning_in_body=np.nan, trained_low=np.nan, trained_high=np.nan
        )
        observed = counts["year"].isin(years)
        counts["mentioning"] = pd.Series(mentioning, index=counts.index).where(observed)
        counts["trained"] = pd.Series(trained, index=counts.index).where(observed)
        projection = project_usage(counts, model, 0.05)
        runs = estimate_runs(projection, counts[["year"]].assign(publications=1000))
        unread = table_of([], PapersRead), table_of([], Practice)
        return joined("llm", counts, projection, runs, unread, [])

    return build


def test_no_audit_reads_more_papers_than_there_are(inputs_of_a_venue):
    actions = set(plan_next_observation(inputs_of_a_venue(30, 10), 1)["action"])
    audits = {action.partition(":")[0] for action in actions if action.startswith("audit")}
    assert audits == {"audit 100 papers", "audit 150 papers"}


@pytest.mark.parametrize("trained", [0, 100])
def test_counts_at_the_edge_have_a_plan_without_fault(trained, inputs_of_a_venue):
    """No paper, or every paper, trained: shares of 0 and 1."""
    inputs = inputs_of_a_venue(100, trained)
    assert plan_next_observation(inputs, 1).notna().all(axis=None)
    analyse_sensitivity(inputs, 1)


@pytest.mark.parametrize(
    ("years", "until", "model"),
    [
        ([2017], 2022, "bayes"),  # one observed year
        ([2017, 2019, 2022], 2022, "ols"),  # gaps
        (range(2017, 2023), 2022, "ols"),  # nothing to project
        (range(2017, 2022), 2032, "logit"),  # far ahead
    ],
)
@pytest.mark.parametrize("trained", [1, 99])
def test_any_years_may_be_observed(years, until, model, trained, inputs_of_a_venue):
    inputs = inputs_of_a_venue(100, trained, years, until, model)
    drawn = draw_sources(inputs, 2000, 1)
    for tier in Tier:
        sources = taking_part(inputs, drawn, "as_described", tier)
        found = shares(inputs, sources, "trained_share_of_mentioning")
        assert found.shape == (until - 2016, 2000)
        assert (found >= 0).all() and (found <= 1).all()
        widths = np.ptp(np.quantile(found, (0.1, 0.9), axis=1), axis=0)
        ahead = ~inputs.is_observed
        if tier is Tier.STATISTICAL and ahead.any():
            assert widths[ahead].min() > widths[~ahead].max() / 2
    plan = plan_next_observation(inputs, 1)
    assert (plan["reduction"] > 0).all()
    assert plan["action"].str.startswith("observe").any() <= ahead.any()
