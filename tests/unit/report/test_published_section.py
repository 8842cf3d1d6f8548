"""What the report says of the paper holds for the paper's inputs, whatever is configured."""

import pytest

from datafootprint.literature.runs import estimate_runs
from datafootprint.report.published import published_context

CHECK = [
    {"quantity": "training_runs", "published": 46179.0, "match": "yes"},
    {"quantity": "accuracy", "published": 76.0, "match": "no"},
    {"quantity": "epochs", "published": 300.0, "match": "input"},
]
SHARES = {2020: 0.1, 2021: 0.2, 2022: 0.4}


def runs(years, publications=1000):
    projection = [
        {"year": y, "trained_share": SHARES[y], "trained_share_of_mentioning": 2 * SHARES[y]}
        for y in years
    ]
    return estimate_runs(projection, [{"year": y, "publications": publications} for y in years])


def test_each_year_stands_beside_the_mirrored_one():
    context = published_context(CHECK, runs(SHARES), runs(SHARES))
    assert [row["mirror"] for row in context["mirrored"]] == [2022, 2021, 2020]
    assert [row["share_used"] for row in context["mirrored"]] == [0.4, 0.2, 0.1]
    assert [row["share_due"] for row in context["mirrored"]] == [0.1, 0.2, 0.4]
    assert context["runs"]["year_aligned"] == pytest.approx(700)
    assert context["runs"]["as_described"] == pytest.approx(1400)
    assert [row["quantity"] for row in context["differing"]] == ["accuracy"]
    assert len(context["derived"]) == 2
    assert context["same_runs"]


@pytest.mark.parametrize("configured", [runs([2020, 2021]), runs(SHARES, publications=999)])
def test_another_configuration_changes_nothing_of_what_is_said_of_the_paper(configured):
    context = published_context(CHECK, runs(SHARES), configured)
    assert context["mirrored"][0]["year"] == 2020
    assert context["mirrored"][-1]["year"] == 2022
    assert context["runs"]["as_described"] == pytest.approx(1400)
    assert not context["same_runs"]
