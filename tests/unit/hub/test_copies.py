"""Energy, emissions and downloads of the copies, by hand."""

import pytest
from tests.conftest import PUBLISHED

from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import CarbonIntensity
from datafootprint.hub.copies import (
    downloads_per_run,
    estimate_copies,
    retrieval_year,
)
from datafootprint.hub.counts import count_datasets
from datafootprint.hub.settings import counts_of_copies
from datafootprint.legacy_tables import read_rows

STORAGE = {"kwh_per_tb_year": 60, "years": 1}


def intensity(year, g_per_kwh=445.0):
    return CarbonIntensity({year: g_per_kwh}, "co2", "test")


@pytest.fixture
def published():
    return read_rows(PUBLISHED / "hub_copies.csv", "hub_counts")


def test_published_copies_are_full_ones_and_say_so(published):
    assert retrieval_year(published) == 2025
    own, other = sorted(
        estimate_copies(published, STORAGE, 130, "imagenet-1k", intensity(2025)),
        key=lambda row: row["variant"],
    )
    assert own["size_basis"] == "one_full_copy_each"
    assert own["storage_tb"] == pytest.approx(27.82)  # 214 x 0.130 TB
    assert own["energy_kwh"] == pytest.approx(1669.2)  # x 60 kWh/TB/year
    assert own["emissions_t"] == pytest.approx(0.742794)  # x 445 g/kWh
    assert [other[name] for name in ("size_basis", "energy_kwh", "emissions_t")] == [None] * 3


def test_the_printed_factor_of_55_is_54_1_by_the_printed_numbers(published, training_runs):
    ratios = {
        row["method"]: row for row in downloads_per_run(published, training_runs, "imagenet-1k")
    }
    assert ratios["as_published"]["downloads_per_run"] == pytest.approx(2_500_000 / 46_179.245)
    assert round(ratios["as_published"]["downloads_per_run"], 1) == 54.1
    assert round(ratios["as_described"]["downloads_per_run"], 1) == 21.6
    assert {row["downloads_window"] for row in ratios.values()} == {"not_stated"}


def test_reported_sizes_outrank_the_assumption():
    listed = {"dataset": "imagenet-1k", "created": "2024-01-01T", "gated": "true"}
    listed |= {"downloads": "5", "downloads_all_time": "50", "stored_bytes": "2000000000000"}
    counts = count_datasets([listed], [{"name": "1k", "pattern": "1k"}], "2026-11-22")
    (row,) = estimate_copies(counts, STORAGE, 130, "1k", intensity(2026, 500.0))
    assert (row["size_basis"], row["storage_tb"]) == ("reported", pytest.approx(2.0))
    assert row["energy_kwh"] == pytest.approx(120.0)
    assert row["emissions_t"] == pytest.approx(0.06)
    runs = [{"method": "as_described", "year": 2025, "runs": 10.0}]
    assert [
        (row["downloads_window"], row["downloads_per_run"])
        for row in downloads_per_run(counts, runs, "1k")
    ] == [("last_30_days", 0.5), ("all_time", 5.0)]


def test_energy_is_linear_in_years_intensity_and_emissions(published):
    once, twice = (
        estimate_copies(published, {**STORAGE, "years": years}, 130, "imagenet-1k", intensity(2025))
        for years in (1, 2)
    )
    for one, two in zip(once, twice, strict=True):
        if one["energy_kwh"] is not None:
            assert two["energy_kwh"] == pytest.approx(2 * one["energy_kwh"])
            assert two["emissions_t"] == pytest.approx(2 * one["emissions_t"])


def test_a_variant_that_nobody_stores(published, training_runs):
    with pytest.raises(DatafootprintError, match=r"no dataset of the variant 'x'.*imagenet-1k"):
        downloads_per_run(published, training_runs, "x")


def test_published_counts_are_not_those_of_another_dataset(config):
    assert counts_of_copies(config, "x.csv") == "x.csv"
    config["dataset"]["name"] = "CIFAR-10"
    with pytest.raises(DatafootprintError, match=r"of ImageNet-1K, but dataset.name is 'CIFAR-10'"):
        counts_of_copies(config, "x.csv")
    config["hub"]["source"] = "live"
    assert counts_of_copies(config, "x.csv") == "x.csv"
