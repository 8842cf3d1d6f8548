"""The years of the report add up to its totals."""

import math

import pytest
from tests.conftest import ROOT

from datafootprint.footprint.emissions import read_footprint
from datafootprint.legacy_tables import read_rows
from datafootprint.report.by_year import by_year_table, footprint_by_year


@pytest.fixture(params=[{}, {"country": "World", "year": "each"}])
def footprint(request, config):
    factors = ROOT / "data" / "factors"
    energy = [
        {"model": "ResNet-50", "subset": "full", "kwh_per_epoch": 0.394, "pue": 1.58},
    ]
    tables = [
        read_rows(factors / f"{name}.csv", name)
        for name in ("carbon_intensity_by_year", "per_capita_emissions")
    ]
    sections = config | {"carbon": config["carbon"] | request.param}
    return read_footprint(sections, energy, *tables, list(range(2017, 2026)))


@pytest.mark.parametrize("method", ["as_published", "as_described"])
def test_the_years_add_up_to_the_totals(training_runs, footprint, method):
    years = footprint_by_year(training_runs, method, footprint)
    assert [row["year"] for row in years] == list(range(2017, 2026))
    own = [row for row in training_runs if row["method"] == method]
    grid = footprint.configured
    (trained,) = footprint.of_training(own, grid)
    (stored,) = footprint.of_storage(own, grid)
    for use, total in (("training", trained), ("storage", stored)):
        for column, of_total in (("kwh", "energy_kwh"), ("t", "emissions_t")):
            summed = math.fsum(row[f"{use}_{column}"] for row in years)
            assert summed == pytest.approx(total[of_total], rel=1e-12)
    assert math.fsum(row["runs"] for row in years) == pytest.approx(trained["runs"])


def test_the_last_row_is_their_sum(training_runs, footprint):
    table = by_year_table(training_runs, "as_described", footprint)
    assert table.rows[0][:3] == ("2017", "12,998", "4,853")
    assert table.rows[-1][:4] == ("all", "394,905", "115,531", "13.66")
