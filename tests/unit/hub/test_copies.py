"""Energy, emissions and downloads of the copies, by hand."""

import pandas as pd
import pytest
from tests.conftest import PUBLISHED

from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import Grid
from datafootprint.hub.copies import downloads_per_run, estimate_copies, retrieval_year
from datafootprint.hub.counts import count_datasets
from datafootprint.hub.hub_tables import HubCopies, HubCounts, HubDatasets, HubDownloadsPerRun
from datafootprint.tables import check_table, read_table, records_of


@pytest.fixture
def published():
    return read_table(PUBLISHED / "hub_copies.csv", HubCounts)


def copies_of(counts, g_per_kwh=445.0, variant="imagenet-1k"):
    intensity = Grid({retrieval_year(counts): g_per_kwh}, "co2", "test")
    storage = {"kwh_per_tb_year": 60, "years": 1}
    table = estimate_copies(counts, storage, 130, variant, intensity)
    return records_of(check_table(table, HubCopies, "test"))


def ratios_of(counts, runs, variant="imagenet-1k"):
    table = downloads_per_run(counts, runs, variant)
    return records_of(check_table(table, HubDownloadsPerRun, "test"))


def test_published_copies_are_full_ones_and_say_so(published):
    assert retrieval_year(published) == 2025
    own, other = copies_of(published)
    assert own["size_basis"] == "one_full_copy_each"
    assert own["storage_tb"] == pytest.approx(27.82)  # 214 x 0.130 TB
    assert own["energy_kwh"] == pytest.approx(1669.2)  # x 60 kWh/TB/year
    assert own["emissions_t"] == pytest.approx(0.742794)  # x 445 g/kWh
    assert [other[name] for name in ("size_basis", "energy_kwh", "emissions_t")] == [None] * 3


def test_the_printed_factor_of_55_is_54_1_by_the_printed_numbers(published, training_runs):
    ratios = {row["method"]: row for row in ratios_of(published, training_runs)}
    assert ratios["as_published"]["downloads_per_run"] == pytest.approx(2_500_000 / 46_179.245)
    assert round(ratios["as_published"]["downloads_per_run"], 1) == 54.1
    assert round(ratios["as_described"]["downloads_per_run"], 1) == 21.6
    assert {row["downloads_window"] for row in ratios.values()} == {"not_stated"}


def counted(sizes, **given):
    """Count datasets by identifier, each of a size in bytes or of none."""
    given = {"created": "2024-01-01T", "gated": "false", "downloads": "5"} | given
    rows = [{"dataset": name, "stored_bytes": size, **given} for name, size in sizes.items()]
    table = check_table(pd.DataFrame(rows), HubDatasets, "test")
    return count_datasets(table, [{"name": "1k", "pattern": "1k"}], "2026-11-22")


def test_reported_sizes_outrank_the_assumption():
    counts = counted({"imagenet-1k": "2000000000000"}, downloads_all_time="50")
    (row,) = copies_of(counts, 500.0, variant="1k")
    assert (row["size_basis"], row["storage_tb"]) == ("reported", pytest.approx(2.0))
    assert row["energy_kwh"] == pytest.approx(120.0)
    assert row["emissions_t"] == pytest.approx(0.06)
    runs = pd.DataFrame([{"method": "as_described", "year": 2025, "runs": 10.0}])
    ratios = {row["downloads_window"]: row for row in ratios_of(counts, runs, "1k")}
    assert ratios["last_30_days"]["downloads_per_run"] == 0.5
    assert ratios["all_time"]["downloads_per_run"] == 5


def test_copies_without_a_size_are_full_ones_beside_those_with_one(caplog):
    """Two of three copies of 130 GB, and 1,000 bytes; of another variant only what is listed."""
    sizes = {"a/1k": "", "b/1k": "", "c/1k": "1000", "a/tiny": "5", "b/tiny": ""}
    own, other = copies_of(counted(sizes, downloads_all_time=""), variant="1k")
    assert (own["size_basis"], other["size_basis"]) == ("partly_estimated", "partly_reported")
    assert own["storage_tb"] == pytest.approx(0.26 + 1e-9, rel=1e-12)
    assert other["storage_tb"] == pytest.approx(5e-12)
    assert "2 of 3 copies of 1k have no size and are taken for 130 GB each" in caplog.text


def test_a_variant_that_nobody_stores(published, training_runs):
    with pytest.raises(DatafootprintError, match=r"no dataset of the variant 'x'.*imagenet-1k"):
        downloads_per_run(published, training_runs, "x")
