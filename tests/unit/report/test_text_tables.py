"""Tables and numbers for people."""

import pandas as pd
import pytest

from datafootprint.footprint.emissions import read_footprint
from datafootprint.report.text_tables import (
    TextTable,
    by_year_table,
    energy_table,
    footprint_by_year,
    intensity_source,
    runs_table,
)
from datafootprint.report.wording import between, energy, energy_between, rounded

YEARS = range(2017, 2026)
EPOCH = {"model": "m", "subset": "full", "minutes_per_epoch": 4.0, "kwh_per_epoch": 0.2, "pue": 1.0}


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (46178.6, 0, "46,179"),
        (34.2, 0, "34"),
        (4.23, 0, "4.2"),
        (0.00412, 0, "0.0041"),
        (-0.5, 0, "-0.50"),
        (445.0, 1, "445.0"),
        (0.0, 0, "0"),
        (0.0, 3, "0.000"),
        (3, 2, "3"),
        (12345, 0, "12,345"),
    ],
)
def test_only_zero_reads_as_zero(value, decimals, shown):
    assert rounded(value, decimals) == shown


def test_energies_have_the_unit_that_suits_them():
    assert energy(13_657_000) == "13.66 GWh"
    assert energy(98_000) == "98.00 MWh"
    assert energy(0.063) == "0.063 kWh"
    assert energy(0.0) == "0.00 kWh"
    assert energy_between(8_840_000, 18_840_000) == "8.8 to 18.8 GWh"
    assert between(5.91, 31.2) == "5.9 to 31"


def test_a_gain_is_that_of_the_equipment_whatever_pue_a_row_contains():
    half = EPOCH | {"subset": "half", "minutes_per_epoch": 2.0, "pue": 2.0}
    assert energy_table(pd.DataFrame([EPOCH, half])).rows == [
        ("m", "full", "4.0", "", "0.2000", ""),
        ("m", "half", "2.0", "50", "0.2000", "50"),
    ]
    assert energy_table(pd.DataFrame([half])).rows[0][3::2] == ("", "")


def test_a_table_without_rows_is_still_a_table():
    table = energy_table(pd.DataFrame([EPOCH]).iloc[:0])
    assert r"\begin{tabular}{lrrrrr}" in table.text(".tex")
    assert table.text(".csv").count("\n") == 1


def test_words_are_left_and_numbers_right():
    rows = [("a", "full", "3.0", "", "+4%"), ("b", "", "", "", "5 (4 to 6)")]
    names = ("model", "subset", "min", "gain", "error")
    table = TextTable("", dict(zip(names, zip(*rows, strict=True), strict=True)))
    assert table.words == [True, True, False, False, False]
    assert r"\begin{tabular}{llrrr}" in table.text(".tex")


@pytest.mark.parametrize(
    ("source", "g_per_kwh", "gas", "shown"),
    [
        ("carbon.intensity_g_per_kwh", 445.0, "co2", "IEA, world, 2024, as in arXiv 2602.19789"),
        ("carbon.intensity_g_per_kwh", 445.0, "co2e", "configured (carbon.intensity_g_per_kwh)"),
        ("carbon.intensity_g_per_kwh", 33.0, "co2", "configured (carbon.intensity_g_per_kwh)"),
        ("FRA 2023, Ember and OWID", 55.0, "co2e", "FRA 2023, Ember and OWID"),
    ],
)
def test_only_the_paper_s_own_number_is_called_the_paper_s(source, g_per_kwh, gas, shown):
    row = {"carbon_source": source, "carbon_intensity_g_per_kwh": g_per_kwh, "gas_basis": gas}
    assert intensity_source(row) == shown


def test_a_whole_number_of_runs_is_not_rounded_down_below_itself():
    runs = 0.009 * 12_000
    assert runs < 108
    row = {"method": "as_described", "year": 2020, "publications": 12_000, "runs": runs}
    row |= {"papers": runs, "run_energy_factor": 1.0}
    assert runs_table(pd.DataFrame([row])).rows[0] == ("2020", "12,000", "108")


@pytest.fixture(params=[{}, {"country": "World", "year": "each"}])
def footprint(request, config, factors):
    sections = config | {"carbon": config["carbon"] | request.param}
    epoch = {"model": "ResNet-50", "subset": "full", "kwh_per_epoch": 0.394, "pue": 1.58}
    runs = pd.DataFrame({"year": list(YEARS)})
    tables = {"energy_per_epoch": pd.DataFrame([epoch]), "training_runs": runs}
    return read_footprint(factors | tables, sections)


@pytest.mark.parametrize("method", ["as_published", "as_described"])
def test_the_years_add_up_to_the_totals(runs, footprint, method):
    years = footprint_by_year(runs, method, footprint)
    assert years["year"].tolist() == list(YEARS)
    own = runs[runs["method"] == method]
    for use in ("training", "storage"):
        total = footprint.totals(use, own).iloc[0]
        assert years[f"{use}_kwh"].sum() == pytest.approx(total["energy_kwh"], rel=1e-12)
        assert years[f"{use}_t"].sum() == pytest.approx(total["emissions_t"], rel=1e-12)


def test_the_last_row_is_their_sum(runs, footprint):
    table = by_year_table(runs, "as_described", footprint)
    assert table.rows[0][:3] == ("2017", "12,998", "4,853")
    assert table.rows[-1][:4] == ("all", "394,905", "115,531", "13.66")


def test_markdown_and_latex_hold_whatever_a_name_contains():
    name = 'R|50_a <img src=x onerror="alert(1)"> 5% & #1'
    table = TextTable("Energy, t CO2e", {"model": [name], "kWh": ["1,234.5"]})
    row = table.text(".md").splitlines()[2]
    assert row.replace(r"\|", "").count("|") == 3
    assert "<img" not in row.replace(r"\<", "") and r"\_a" in row
    latex = table.text(".tex", "energy")
    assert r"\caption{Energy, t CO\textsubscript{2}e}" in latex and r"\label{tab:energy}" in latex
    assert r"R\textbar{}50\_a \textless{}img" in latex and r"5\% \& \#1" in latex
    assert [latex.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 1, 1]
    assert table.text(".csv").splitlines()[1].endswith(",1234.5")
