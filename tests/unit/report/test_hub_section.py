"""The report's section on the Hub, from the published counts."""

import pandas as pd
import pytest
from tests.conftest import PUBLISHED
from tests.unit.report.rendering import render

from datafootprint.footprint.carbon import CarbonIntensity
from datafootprint.hub.copies import downloads_per_run, estimate_copies
from datafootprint.hub.hub_tables import HubCounts
from datafootprint.legacy_tables import read_rows
from datafootprint.report.figures.hub import draw_hub
from datafootprint.report.figures.publications_compared import draw_publications_compared
from datafootprint.report.hub import hub_section, variants_table
from datafootprint.tables import check_table, records_of

PUBLISHED_HUB = {"hub": {"source": "published"}, "storage": {"years": 1}}


@pytest.fixture
def hub_counts():
    return read_rows(PUBLISHED / "hub_copies.csv", "hub_counts")


def test_the_published_counts_are_told_with_what_is_assumed(hub_counts, training_runs):
    copies = estimate_copies(
        check_table(pd.DataFrame(hub_counts), HubCounts, "test"),
        {"kwh_per_tb_year": 60, "years": 1},
        130,
        "imagenet-1k",
        CarbonIntensity({2025: 445.0}, "co2", "x"),
    )
    downloads = downloads_per_run(pd.DataFrame(hub_counts), training_runs, "imagenet-1k")
    page = render(
        "hub",
        hub=hub_section(records_of(copies), records_of(downloads), "imagenet"),
        config=PUBLISHED_HUB,
    )
    assert "On 2025-12-01 the Hub listed 876 datasets" in page
    assert "1,669.2 kWh, 0.743 t CO\N{SUBSCRIPT TWO}, to keep for 1 year." in page
    assert "each copy of the dataset itself is taken to be one full copy" in page
    assert "was not over" not in page
    assert "54.1" in page and "21.6" in page and "[hub]" in page


def test_a_sum_that_is_partly_assumed_is_told_as_such(hub_counts):
    years = [
        {**hub_counts[0], "variant": variant, "created_year": year, "stored_bytes": size}
        for variant in ("imagenet-1k", "tiny")
        for year, size in ((2022, 10**12), (2023, None))
    ]
    intensity = CarbonIntensity({2025: 445.0}, "co2", "x")
    copies = estimate_copies(
        pd.DataFrame(years), {"kwh_per_tb_year": 60, "years": 1}, 130, "imagenet-1k", intensity
    )
    told = {row[0]: row[4] for row in variants_table(records_of(copies)).rows}
    assert told == {
        "imagenet-1k": "partly assumed: a full copy each",
        "tiny": "from the Hub, where known",
    }


def compared(**changes):
    row = {"year": 2024, "complete": True, "source": "a", "compared_with": "b", "agree": True}
    row |= {"publications": 10, "publications_compared": 20, "ratio": 2.0}
    return row | {"full_text_coverage": None, "full_text_coverage_compared": 0.5} | changes


def test_years_that_disagree_or_run_are_named():
    rows = [compared(agree=False), compared(year=2025, complete=False, agree=None)]
    page = render("publications", compared=rows)
    assert "more than the accepted factor apart in 2024." in page
    assert "2025 was not over" in page
    assert "agree within" in render("publications", compared=[compared()])


def test_figures_say_what_is_not_known(hub_counts):
    (axes,) = draw_hub(hub_counts, "imagenet").axes
    assert axes.get_title("left").startswith("876 datasets with “imagenet” in the identifier")
    assert [text.get_text() for text in axes.texts] == ["imagenet-1k\n214", "other\n662"]
    live = {**hub_counts[0], "created_year": 2022, "datasets_at_floor": 3, "complete": True}
    running = {**live, "created_year": 2023, "datasets_at_floor": 0, "complete": False}
    (axes,) = draw_hub([live, running], "").axes
    assert [label.get_text() for label in axes.get_xticklabels()] == [
        "2022\nand\nearlier",
        "2023\nso far",
    ]
    assert len(draw_publications_compared([compared()], 1.5).axes) == 2
