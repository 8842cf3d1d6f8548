"""Energy, emissions and person equivalents."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datafootprint.energy.epoch import published_energy, run_energy_per_epoch
from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import Grid, carbon_intensity, person_emissions
from datafootprint.footprint.emissions import estimate_storage, estimate_training
from datafootprint.legacy_tables import read_rows
from datafootprint.units import quantity

DATA = Path(__file__).parents[3] / "data"
YEARS = range(2017, 2026)
STORAGE = {"copies_per_run": 1, "kwh_per_tb_year": 60, "years": 1}
NUMBER = {"country": None, "year": None, "intensity_g_per_kwh": 445, "gas_basis": "co2"}
PER_PERSON = quantity(4.73, "tonne_co2 / person")
EPOCH = quantity(0.394, "kWh / epoch")


@pytest.fixture(scope="module")
def table():
    path = DATA / "factors" / "carbon_intensity_by_year.csv"
    return read_rows(path, "carbon_intensity_by_year")


def by_method(rows):
    return {row["method"]: row for row in rows}


def test_the_published_training_numbers_come_out(training_runs):
    intensity = carbon_intensity(NUMBER, [], YEARS)
    rows = by_method(estimate_training(training_runs, 300, EPOCH, Grid(intensity, PER_PERSON)))
    published = rows["as_published"]
    assert published["energy_kwh"] == pytest.approx(5458386.8, abs=0.05)
    assert published["emissions_t"] == pytest.approx(2428.98, abs=0.005)
    assert published["person_equivalents"] == pytest.approx(513.5, abs=0.05)
    assert rows["year_aligned"]["emissions_t"] == pytest.approx(2157.9, abs=0.05)
    assert rows["as_described"]["emissions_t"] == pytest.approx(6076.8, abs=0.05)
    assert rows["as_described"]["person_equivalents"] == pytest.approx(1284.7, abs=0.05)


def test_the_published_storage_numbers_come_out(training_runs):
    intensity = carbon_intensity(NUMBER, [], YEARS)
    rows = by_method(estimate_storage(training_runs, STORAGE, 130, Grid(intensity, PER_PERSON)))
    emissions = {method: row["emissions_t"] for method, row in rows.items()}
    expected = {"as_published": 160.29, "year_aligned": 142.40, "as_described": 401.01}
    assert emissions == pytest.approx(expected, abs=0.005)
    assert rows["as_published"]["storage_tb"] == pytest.approx(46179.245 * 0.13)


RUNS = [
    {"method": "as_described", "year": 2020, "runs": 10.0},
    {"method": "as_described", "year": 2021, "runs": 30.0},
]


def test_by_hand_with_an_intensity_for_each_year():
    """10 runs at 100 g and 30 at 500 g; 2 epochs of 0.5 kWh: 1 kg and 15 kg."""
    table = [
        {"iso3": "AAA", "year": 2020, "g_per_kwh": 100.0},
        {"iso3": "AAA", "year": 2021, "g_per_kwh": 500.0},
    ]
    intensity = carbon_intensity({"country": "AAA", "year": "each"}, table, [2020, 2021])
    grid = Grid(intensity, quantity(0.008, "tonne_co2e / person"))
    (row,) = estimate_training(RUNS, 2, quantity(0.5, "kWh / epoch"), grid)
    assert row["energy_kwh"] == pytest.approx(40)
    assert row["emissions_t"] == pytest.approx(0.016)
    assert row["carbon_intensity_g_per_kwh"] == pytest.approx(400)
    assert row["person_equivalents"] == pytest.approx(2)
    assert row["gas_basis"] == "co2e"


@given(st.floats(0, 1e4), st.floats(0, 100))
def test_emissions_are_linear_in_intensity_and_in_runs(g_per_kwh, factor):
    def emissions(runs, grams):
        intensity = carbon_intensity(NUMBER | {"intensity_g_per_kwh": grams}, [], [2020, 2021])
        return estimate_training(runs, 300, EPOCH, Grid(intensity, PER_PERSON))[0]["emissions_t"]

    many = [{**row, "runs": factor * row["runs"]} for row in RUNS]
    once = emissions(RUNS, g_per_kwh)
    assert emissions(RUNS, factor * g_per_kwh) == pytest.approx(factor * once, rel=1e-9)
    assert emissions(many, g_per_kwh) == pytest.approx(factor * once, rel=1e-9)


def test_the_year_s_own_intensity_is_carried_forward_and_says_so(table):
    intensity = carbon_intensity({"country": "World", "year": "each"}, table, YEARS)
    assert intensity.g_per_kwh[2017] == 521.9015
    assert intensity.g_per_kwh[2025] == intensity.g_per_kwh[2024] == 473.0065
    assert intensity.gas_basis == "co2e"
    assert "2024 carried forward to 2025" in intensity.source
    repeated = [*reversed(YEARS), *YEARS]
    assert carbon_intensity({"country": "World", "year": "each"}, table, repeated) == intensity


def test_a_country_and_year_replace_the_number(table):
    carbon = NUMBER | {"country": "World", "year": 2020}
    assert carbon_intensity(carbon, table, [2017]).g_per_kwh == {2017: 491.96887}


def test_years_before_the_table_are_refused():
    table = [{"iso3": "AAA", "year": 2020, "g_per_kwh": 100.0}]
    with pytest.raises(DatafootprintError, match="no intensity for 2018, 2019"):
        carbon_intensity({"country": "AAA", "year": "each"}, table, [2018, 2019, 2020])


def test_a_person_is_counted_in_the_gas_of_the_intensity():
    table = read_rows(DATA / "factors" / "per_capita_emissions.csv", "per_capita_emissions")
    default = {"per_capita_t": None}
    assert person_emissions(default, "co2", table) == quantity(4.73, "tonne_co2 / person")
    assert person_emissions(default, "co2e", table) == quantity(6.59, "tonne_co2e / person")
    typed = person_emissions({"per_capita_t": 10.0}, "co2e", table)
    assert typed == quantity(10.0, "tonne_co2e / person")


TRAINING = {
    "energy_model": "ResNet-50",
    "energy_subset": "full",
    "kwh_per_epoch": None,
    "pue_in_measurement": 1.58,
    "pue_target": 1.58,
}


def test_pue_is_applied_once():
    table = read_rows(DATA / "imagenet-1k" / "energy_per_epoch.csv", "energy_per_epoch")
    energy = published_energy(table, 1.58, "ImageNet-1K")
    assert run_energy_per_epoch(energy, TRAINING).magnitude == 0.394
    without = run_energy_per_epoch(energy, TRAINING | {"pue_target": 1.0})
    assert without.magnitude == pytest.approx(0.394 / 1.58)
    typed = TRAINING | {"kwh_per_epoch": 2.0, "pue_in_measurement": 1.0, "pue_target": 1.5}
    assert run_energy_per_epoch(energy, typed).magnitude == pytest.approx(3.0)


def test_what_the_paper_measured_is_not_of_another_dataset():
    table = read_rows(DATA / "imagenet-1k" / "energy_per_epoch.csv", "energy_per_epoch")
    assert len(published_energy(table, 1.58, "ImageNet-1K")) == len(table) > 0
    assert published_energy(table, 1.58, "MyDataset").empty


def test_an_energy_that_was_not_measured_is_named():
    with pytest.raises(DatafootprintError, match="there is no ResNet-50 full"):
        run_energy_per_epoch([], TRAINING)
