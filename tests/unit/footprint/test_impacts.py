"""Embodied emissions and water."""

from pathlib import Path

import pytest

from datafootprint.footprint.impacts import embodied_impacts, water_impacts
from datafootprint.tables import check_rows, read_rows

FACTORS = Path(__file__).parents[3] / "data" / "factors" / "additional_impacts.csv"


@pytest.fixture
def factors():
    return read_rows(FACTORS, "impact_factors")


def test_a_gpu_is_spread_over_its_life(factors):
    runs = [{"method": "as_described", "runs": 1000.0}]
    rows = check_rows(embodied_impacts(runs, 203.5, 1.0, factors), "additional_impacts", "test")
    gpu = next(row for row in rows if row["impact"] == "embodied_gpu")
    assert gpu["central"] == pytest.approx(1000 * 181 * 203.5 / (3.5 * 8766) / 1000)
    assert gpu["low"] < gpu["central"] < gpu["high"]
    (half, _) = embodied_impacts(runs, 203.5, 0.5, factors)
    assert half["central"] == pytest.approx(2 * gpu["central"])


def test_water_counts_the_energy_of_the_equipment(factors):
    table = [{"method": "as_described", "energy_kwh": 1580.0}]
    (row,) = water_impacts({"training": table}, {"training": 1.58}, factors)
    assert (row["low"], row["central"], row["high"]) == pytest.approx((0, 0.38, 1.8))
