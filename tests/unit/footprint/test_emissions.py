"""Energy, emissions and person equivalents."""

from dataclasses import replace

import pandas as pd
import pint
import pytest

from datafootprint.energy.epoch import run_energy_per_epoch
from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import carbon_intensity, read_grid
from datafootprint.footprint.emissions import Footprint, read_footprint
from datafootprint.units import quantity

YEARS = range(2017, 2026)
STORAGE = {"copies_per_run": 1, "kwh_per_tb_year": 60, "years": 1}
NUMBER = {"country": None, "year": None, "intensity_g_per_kwh": 445, "gas_basis": "co2"}
PER_PERSON = quantity(4.73, "tonne_co2 / person")
EPOCH = quantity(0.394, "kWh / epoch")
EACH = {"country": "AAA", "year": "each"}
RUNS = pd.DataFrame({"method": "as_described", "year": [2020, 2021], "runs": [10.0, 30.0]})
RUNS = RUNS.assign(papers=RUNS["runs"], run_energy_factor=1.0)


def footprint_at(grid, per_person=PER_PERSON, epochs=300, per_epoch=EPOCH):
    """Return a footprint of one grid."""
    grid = replace(grid, per_person=per_person)
    sections = {"training": {"epochs": epochs}, "storage": STORAGE, "dataset": {"size_gb": 130}}
    return Footprint(sections, per_epoch, grid)


def intensities_of(by_year):
    """Return a table of one country."""
    years, values = list(by_year), list(by_year.values())
    return pd.DataFrame({"iso3": "AAA", "country": "A", "year": years, "g_per_kwh": values})


@pytest.fixture
def tables_of(energy, intensities, per_capita):
    """Return the tables behind a footprint for runs of some years."""
    factors = {
        "energy_per_epoch": energy,
        "carbon_intensity_by_year": intensities,
        "per_capita_emissions": per_capita,
    }

    def build(years, **changed):
        return factors | {"training_runs": pd.DataFrame({"year": list(years)})} | changed

    return build


def test_the_published_training_numbers_come_out(training_runs):
    footprint = footprint_at(carbon_intensity(NUMBER, pd.DataFrame(), YEARS))
    found = footprint.totals("training", training_runs).set_index("method")
    published = found.loc["as_published"]
    assert published["energy_kwh"] == pytest.approx(5458386.8, abs=0.05)
    assert published["emissions_t"] == pytest.approx(2428.98, abs=0.005)
    assert published["person_equivalents"] == pytest.approx(513.5, abs=0.05)
    assert found.loc["year_aligned", "emissions_t"] == pytest.approx(2157.9, abs=0.05)
    assert found.loc["as_described", "emissions_t"] == pytest.approx(6076.8, abs=0.05)
    assert found.loc["as_described", "person_equivalents"] == pytest.approx(1284.7, abs=0.05)


def test_the_published_storage_numbers_come_out(training_runs):
    footprint = footprint_at(carbon_intensity(NUMBER, pd.DataFrame(), YEARS))
    found = footprint.totals("storage", training_runs).set_index("method")
    expected = {"as_published": 160.29, "year_aligned": 142.40, "as_described": 401.01}
    assert found["emissions_t"].to_dict() == pytest.approx(expected, abs=0.005)
    assert found.loc["as_published", "storage_tb"] == pytest.approx(46179.245 * 0.13)


def test_by_hand_with_an_intensity_for_each_year():
    """10 runs at 100 g and 30 at 500 g; 2 epochs of 0.5 kWh: 1 kg and 15 kg."""
    table = intensities_of({2020: 100.0, 2021: 500.0})
    intensity = carbon_intensity(EACH, table, [2020, 2021])
    per_person, per_epoch = quantity(0.008, "tonne_co2e / person"), quantity(0.5, "kWh / epoch")
    footprint = footprint_at(intensity, per_person, 2, per_epoch)
    row = footprint.totals("training", RUNS).iloc[0]
    assert row["energy_kwh"] == pytest.approx(40)
    assert row["emissions_t"] == pytest.approx(0.016)
    assert row["carbon_intensity_g_per_kwh"] == pytest.approx(400)
    assert row["person_equivalents"] == pytest.approx(2)
    assert row["gas_basis"] == "co2e"


def test_gas_is_compared_with_the_same_gas_only():
    grid = carbon_intensity(NUMBER, pd.DataFrame(), YEARS)
    with pytest.raises(pint.DimensionalityError):
        replace(grid, per_person=quantity(6.59, "tonne_co2e / person")).emitted(1.0, 445)


def test_longer_runs_take_more_energy_and_papers_keep_one_copy_for_all_their_runs():
    """5 papers of 4 runs of twice the energy: 40 runs as configured, 5 copies."""
    runs = RUNS.head(1).assign(papers=5.0, runs=20.0, run_energy_factor=2.0)
    footprint = footprint_at(carbon_intensity(NUMBER, pd.DataFrame(), [2020]))
    training = footprint.totals("training", runs).iloc[0]
    assert training["energy_kwh"] == pytest.approx(40 * 300 * 0.394)
    storage = footprint.totals("storage", runs).iloc[0]
    assert storage["storage_tb"] == pytest.approx(5 * 0.13)
    assert storage["energy_kwh"] == pytest.approx(5 * 0.13 * 60)


def test_the_year_s_own_intensity_is_carried_forward_and_says_so(intensities):
    chosen = carbon_intensity(NUMBER | {"country": "World", "year": 2020}, intensities, [2017])
    assert chosen.g_per_kwh == {2017: 491.96887}
    world = {"country": "World", "year": "each"}
    intensity = carbon_intensity(world, intensities, YEARS)
    assert intensity.g_per_kwh[2017] == 521.9015
    assert intensity.g_per_kwh[2025] == intensity.g_per_kwh[2024] == 473.0065
    assert intensity.gas_basis == "co2e"
    assert "2024 carried forward to 2025" in intensity.source
    assert carbon_intensity(world, intensities, [*reversed(YEARS), *YEARS]) == intensity


def test_years_before_the_table_are_refused():
    with pytest.raises(DatafootprintError, match="no intensity for 2018, 2019"):
        carbon_intensity(EACH, intensities_of({2020: 100.0}), [2018, 2019, 2020])


def test_a_person_is_counted_in_the_gas_of_the_intensity(intensities, per_capita):
    def per_person(**carbon):
        carbon = NUMBER | {"per_capita_t": None} | carbon
        return read_grid(carbon, intensities, per_capita, YEARS).per_person

    assert per_person() == quantity(4.73, "tonne_co2 / person")
    assert per_person(country="World", year=2020) == quantity(6.59, "tonne_co2e / person")
    assert per_person(per_capita_t=10) == quantity(10.0, "tonne_co2 / person")


def test_the_energy_per_run_by_hand(config, tables_of):
    footprint = read_footprint(tables_of([2020, 2021]), config)
    assert footprint.energy("training", 1) == pytest.approx(118.2)
    assert footprint.energy("storage", 1) == pytest.approx(7.8)


def test_the_world_is_left_out_where_its_table_does_not_reach(config, tables_of):
    table = intensities_of({2000: 500.0}).assign(iso3="World")

    def world(*years):
        return read_footprint(tables_of(years, carbon_intensity_by_year=table), config).world

    assert world(1999, 2000) is None
    assert world(2000, 2001).g_per_kwh == {2000: 500.0, 2001: 500.0}


def test_pue_is_applied_once(energy, config):
    def per_epoch(**changed):
        return run_energy_per_epoch(energy, config["training"] | changed).magnitude

    assert per_epoch() == 0.394
    assert per_epoch(pue_target=1.0) == pytest.approx(0.394 / 1.58)
    typed = {"kwh_per_epoch": 2.0, "pue_in_measurement": 1.0, "pue_target": 1.5}
    assert per_epoch(**typed) == pytest.approx(3.0)
