"""The chain from runs to tonnes is that of the two tables of the stage."""

import pytest

from datafootprint.footprint.emissions import estimate_storage, estimate_training, read_footprint
from datafootprint.units import quantity

ENERGY = [{"model": "ResNet-50", "subset": "full", "kwh_per_epoch": 0.394, "pue": 1.58}]
INTENSITIES = [{"iso3": "World", "country": "World", "year": 2000, "g_per_kwh": 500.0}]
PER_CAPITA = [
    {"gas_basis": "co2", "t_per_person": 4.73},
    {"gas_basis": "co2e", "t_per_person": 6.59},
]
RUNS = [
    {"method": "as_described", "year": 2000, "runs": 10.0},
    {"method": "as_described", "year": 2001, "runs": 30.0},
]


def test_runs_become_the_rows_of_both_tables(config):
    footprint = read_footprint(config, ENERGY, INTENSITIES, PER_CAPITA, [2000, 2001])
    grid = footprint.configured
    per_epoch = quantity(0.394, "kWh / epoch")
    assert footprint.of_training(RUNS, grid) == estimate_training(RUNS, 300, per_epoch, grid)
    assert footprint.of_storage(RUNS, grid) == estimate_storage(RUNS, config["storage"], 130, grid)
    assert footprint.training_energy_per_run.to("kWh / run").magnitude == pytest.approx(118.2)
    assert footprint.storage_energy_per_run.to("kWh / run").magnitude == pytest.approx(7.8)


def test_the_world_is_left_out_where_its_table_does_not_reach(config):
    def world(*years):
        return read_footprint(config, ENERGY, INTENSITIES, PER_CAPITA, years).world

    assert world(1999, 2000) is None
    assert world(2000, 2001).intensity.g_per_kwh == {2000: 500.0, 2001: 500.0}
