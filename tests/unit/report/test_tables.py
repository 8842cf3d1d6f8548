"""Tables for people."""

import pytest

from datafootprint.report.impacts import impacts_table
from datafootprint.report.tables import TextTable, energy_table, intensity_source, runs_table


def test_the_gain_in_energy_is_that_of_the_equipment_whatever_pue_a_row_contains():
    rows = [
        {"subset": "full", "minutes_per_epoch": 4.0, "kwh_per_epoch": 0.2, "pue": 1.0},
        {"subset": "half", "minutes_per_epoch": 2.0, "kwh_per_epoch": 0.2, "pue": 2.0},
    ]
    table = energy_table([{"model": "m", **row} for row in rows])
    assert table.rows == [
        ("m", "full", "4.0", "", "0.2000", ""),
        ("m", "half", "2.0", "50", "0.2000", "50"),
    ]
    assert energy_table([{"model": "m", **rows[1]}]).rows[0][3::2] == ("", "")


def test_a_table_without_rows_is_still_a_table():
    table = energy_table([])
    assert r"\begin{tabular}{lrrrrr}" in table.latex()
    assert table.csv().count("\n") == 1


def test_words_stand_left_and_figures_right():
    rows = [("a", "full", "3.0", "", "+4%"), ("b", "", "", "", "5 (4 to 6)")]
    table = TextTable("", ("model", "subset", "min", "gain", "error"), rows)
    assert table.words == [True, True, False, False, False]
    assert r"\begin{tabular}{llrrr}" in table.latex()


@pytest.mark.parametrize(
    ("source", "g_per_kwh", "gas", "told"),
    [
        ("carbon.intensity_g_per_kwh", 445.0, "co2", "IEA, world, 2024, as in the paper"),
        ("carbon.intensity_g_per_kwh", 445.0, "co2e", "configured (carbon.intensity_g_per_kwh)"),
        ("carbon.intensity_g_per_kwh", 33.0, "co2", "configured (carbon.intensity_g_per_kwh)"),
        ("FRA 2023, Ember and OWID", 55.0, "co2e", "FRA 2023, Ember and OWID"),
    ],
)
def test_the_number_of_the_paper_is_told_from_one_of_the_configuration(
    source, g_per_kwh, gas, told
):
    row = {"carbon_source": source, "carbon_intensity_g_per_kwh": g_per_kwh, "gas_basis": gas}
    assert intensity_source(row) == told


def test_every_impact_has_a_name_and_a_unit():
    units = {"embodied_gpu": "t CO2e", "embodied_server_eighth": "t CO2e"}
    units |= {"water_training": "m3", "water_storage": "m3"}
    rows = [
        {
            "method": method,
            "impact": impact,
            "unit": unit,
            "low": 0,
            "central": 139.2,
            "high": 284.0,
        }
        for method in ("as_published", "as_described")
        for impact, unit in units.items()
    ]
    table = impacts_table(rows, "as_described")
    assert table.rows[0] == ("making the GPUs", "t CO₂e", "0", "139", "284")
    assert [row[1] for row in table.rows] == ["t CO₂e", "t CO₂e", "m³", "m³"]


def test_a_whole_number_of_runs_is_not_rounded_down_below_itself():
    rows = [{"method": "m", "year": 2020, "publications": 12_000, "runs": 0.009 * 12_000}]
    assert rows[0]["runs"] < 108
    assert runs_table(rows).rows[0] == ("2020", "12,000", "108")
