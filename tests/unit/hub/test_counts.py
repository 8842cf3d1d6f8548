"""Variants, years and the published counts."""

import re

import pandas as pd
import pytest
from tests.conftest import PUBLISHED, ROOT

from datafootprint.config import default_config
from datafootprint.hub.counts import count_datasets, growth_by_year, variant_of
from datafootprint.hub.hub_tables import HubCounts, HubDatasets, HubGrowth
from datafootprint.report.report_tables import Values
from datafootprint.tables import check_table, read_table, records_of

DEFAULT = default_config(ROOT)["hub"]["variants"]
KINDS = {kind["name"]: re.compile(kind["pattern"], re.IGNORECASE) for kind in DEFAULT}


def dataset(name, created="2024-05-01T00:00:00.000Z", **numbers):
    row = {"dataset": name, "created": created, "gated": "false"}
    for column in ("downloads", "downloads_all_time", "stored_bytes"):
        row[column] = str(numbers.get(column, ""))
    return row


def counted(datasets, variants, retrieved):
    listed = check_table(pd.DataFrame(datasets), HubDatasets, "test")
    table = count_datasets(listed, variants, retrieved)
    return check_table(table, HubCounts, "test")


@pytest.mark.parametrize(
    ("identifier", "variant"),
    [
        ("ILSVRC/imagenet-1k", "imagenet-1k"),
        ("a/imagenet_1k", "1k in another spelling"),
        ("imagenet-100-lovers/imagenet2012", "imagenet-100"),
        ("a/imagenet-21k-p", "imagenet-21k"),
        ("zh-plus/tiny-imagenet", "tiny"),
        ("a/miniimagenet", "mini"),
        ("a/imagenet-c", "robustness"),
        ("a/imagenet-captions", "other"),
        ("a/imagenet", "other"),
    ],
)
def test_the_first_pattern_that_occurs_decides(identifier, variant):
    assert variant_of(identifier, KINDS) == variant


def test_a_number_that_nobody_gives_is_empty_and_not_zero():
    (row,) = records_of(counted([dataset("a", downloads=0), dataset("b")], [], "2025-01-01"))
    assert (row["downloads"], row["downloads_all_time"], row["stored_bytes"]) == (0, None, None)
    assert row["datasets_with_size"] == 0


def test_growth_is_known_only_between_whole_years():
    years = {"2022-03-02": 9, "2022-07-01": 1, "2023-01-01": 4, "2024-01-01": 6, "2026-01-01": 3}
    datasets = [
        dataset(f"{created}-{i}", f"{created}T00:00:00Z", stored_bytes=10)
        for created, number in years.items()
        for i in range(number)
    ]
    table = growth_by_year(counted(datasets, [], "2026-02-01"))
    rows = records_of(check_table(table, HubGrowth, "test"))
    assert [row["created_year"] for row in rows] == [2022, 2023, 2024, 2025, 2026]
    assert [row["datasets"] for row in rows] == [10, 4, 6, 0, 3]
    assert [row["datasets_at_floor"] for row in rows] == [9, 0, 0, 0, 0]
    assert [row["growth"] for row in rows] == [None, None, 0.5, -1.0, None]
    assert [row["complete"] for row in rows] == [True, True, True, True, False]
    assert [row["datasets_so_far"] for row in rows] == [10, 14, 20, 20, 23]
    assert rows[-1]["stored_bytes_so_far"] == 230


def test_the_published_counts_are_those_that_the_paper_prints():
    values = read_table(PUBLISHED / "values.csv", Values)
    printed = values.set_index("quantity")["published"]
    counts = read_table(PUBLISHED / "hub_copies.csv", HubCounts)
    own = counts.set_index("variant").loc["imagenet-1k"]
    assert own["datasets"] == printed["hub_datasets_imagenet_1k"] == 214
    assert counts["datasets"].sum() == printed["hub_datasets"] == 876
    assert own["downloads"] == printed["hub_downloads_imagenet_1k"] == 2_500_000
