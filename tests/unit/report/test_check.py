"""Every printed value is recomputed, and those that differ are named."""

import pandas as pd
import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.report.check import check_published


@pytest.fixture(scope="module")
def given(published, projection):
    names = ("usage_counts", "publications", "energy_per_epoch")
    tables = {f"published_{name}": published[name] for name in names}
    return {**tables, "values": published["values"], "published_projection": projection}


def test_all_derived_values_are_reproduced_but_three(given):
    check = check_published(given)
    assert len(check) == 111
    assert set(check.loc[check["match"] == "no", "quantity"]) == {
        "experiments_duration",
        "hub_downloads_per_run",
        "training_runs_sum_of_row",
    }
    assert (check["match"] == "yes").sum() == 52


@pytest.mark.parametrize(
    ("quantity", "recomputed"),
    [
        ("training_runs", 46179.245),
        ("training_runs_sum_of_row", 46174),
        ("training_emissions", 2428.982107755),
        ("storage_person_equivalents", 33.8875601),
        ("resnet_50_time_gain", 40.2948403),
        ("experiments_energy", 71.022),
        ("total_emissions", 33.70598),
    ],
)
def test_recomputed_values(given, quantity, recomputed):
    check = check_published(given).set_index("quantity")
    assert check.loc[quantity, "recomputed"] == pytest.approx(recomputed, rel=1e-8)


def test_a_wrong_print_is_noticed(given):
    values = given["values"]
    is_wrong = values["quantity"] == "training_runs_2020"
    values = values.assign(published=values["published"].mask(is_wrong, 3876))
    check = check_published(given | {"values": values}).set_index("quantity")
    assert check.loc["training_runs_2020", "match"] == "no"


def test_an_input_that_differs_from_the_print_is_refused(given):
    counts = given["published_usage_counts"]
    counts = counts.assign(accepted=counts["accepted"] + 2)
    with pytest.raises(DatafootprintError, match="accepted_2017: the paper prints 196"):
        check_published(given | {"published_usage_counts": counts})


def test_an_unknown_quantity_is_refused(given):
    moons = pd.DataFrame([{"quantity": "moons", "published": 1.0, "unit": "1", "place": ""}])
    with pytest.raises(DatafootprintError, match="moons"):
        check_published(given | {"values": pd.concat([given["values"], moons])})
