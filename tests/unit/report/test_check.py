"""Every printed value is recomputed; what does not come out is said."""

from pathlib import Path

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import read_rows
from datafootprint.report.check import check_published

PUBLISHED = Path(__file__).parents[3] / "data" / "imagenet-1k"


@pytest.fixture(scope="module")
def given_tables(projection):
    names = ("values", "usage_counts", "publications", "energy_per_epoch")
    values, counts, *rest = [read_rows(PUBLISHED / f"{name}.csv", name) for name in names]
    return [values, counts, projection, *rest]


def test_all_derived_values_come_out_but_three(given_tables):
    check = check_published(*given_tables)
    assert {row["quantity"] for row in check if row["match"] == "no"} == {
        "experiments_duration",
        "hub_downloads_per_run",
        "training_runs_sum_of_row",
    }
    assert sum(row["match"] == "yes" for row in check) == 52


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
def test_recomputed_values(given_tables, quantity, recomputed):
    check = {row["quantity"]: row for row in check_published(*given_tables)}
    assert check[quantity]["recomputed"] == pytest.approx(recomputed, rel=1e-8)


def test_a_wrong_print_is_noticed(given_tables):
    values = [
        {**row, "published": 3876.0} if row["quantity"] == "training_runs_2020" else row
        for row in given_tables[0]
    ]
    check = {row["quantity"]: row for row in check_published(values, *given_tables[1:])}
    assert check["training_runs_2020"]["match"] == "no"


def test_an_input_that_differs_from_the_print_is_refused(given_tables):
    values, counts, *rest = given_tables
    counts = [{**row, "accepted": row["accepted"] + 2} for row in counts]
    with pytest.raises(DatafootprintError, match="accepted_2017: the paper prints 196"):
        check_published(values, counts, *rest)


def test_an_unknown_quantity_is_refused(given_tables):
    values = [{"quantity": "moons", "published": 1.0, "unit": "1", "place": "nowhere"}]
    with pytest.raises((DatafootprintError, KeyError)):
        check_published(values, *given_tables[1:])
