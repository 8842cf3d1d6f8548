"""Embodied emissions and water."""

from pathlib import Path

import pandas as pd
import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.footprint.footprint_tables import AdditionalImpacts, ImpactFactors
from datafootprint.footprint.impacts import estimate_impacts
from datafootprint.tables import check_table, read_table

FACTORS = Path(__file__).parents[3] / "data" / "factors" / "additional_impacts.csv"
TRAINING = pd.DataFrame([{"method": "as_described", "runs": 1000.0, "energy_kwh": 1580.0}])
STORAGE = pd.DataFrame([{"method": "as_described", "runs": 1000.0, "energy_kwh": 500.0}])
ENERGY = pd.DataFrame(
    [
        {
            "model": "ResNet-50",
            "subset": "full",
            "minutes_per_epoch": 40.7,
            "gpus": None,
            "hardware": "cpu: AMD EPYC",
        }
    ]
)


@pytest.fixture
def factors():
    return read_table(FACTORS, ImpactFactors)


def impacts(config, factors, energy=ENERGY):
    tables = {"training_emissions": TRAINING, "storage_emissions": STORAGE}
    return estimate_impacts(
        tables | {"energy_per_epoch": energy, "impact_factors": factors}, config
    )


def by_impact(table):
    return dict(zip(table["impact"], table["central"], strict=True))


def test_a_run_is_charged_for_all_its_gpus(config, factors):
    config["impacts"] |= {"embodied": True, "water": False, "utilisation": 1.0}
    one, four = (impacts(config, factors, ENERGY.assign(gpus=gpus)) for gpus in (None, 4))
    assert four["central"].tolist() == pytest.approx((4 * one["central"]).tolist())
    with pytest.raises(DatafootprintError, match="measured without one \\(cpu: AMD EPYC\\)"):
        impacts(config, factors, ENERGY.assign(gpus=0))


GPU_HOURS = 203.5 / (3.5 * 8766)  # 300 epochs of 40.7 minutes, of a life of 3.5 years
# In use half of the time.
EMBODIED = {"embodied_gpu": 362 * GPU_HOURS, "embodied_server_eighth": 1425 * GPU_HOURS}
WATER = {"water_training": 1580 * 0.38 / 1000, "water_storage": 500 * 0.38 / 1000}


@pytest.mark.parametrize(
    ("embodied", "water", "expected"),
    [
        (False, False, {}),
        (True, False, EMBODIED),
        (False, True, WATER),
        (True, True, EMBODIED | WATER),
    ],
)
def test_the_impacts_of_a_configuration_by_hand(config, factors, embodied, water, expected):
    config["impacts"] |= {"embodied": embodied, "water": water, "utilisation": 0.5}
    table = impacts(config, factors)
    assert by_impact(check_table(table, AdditionalImpacts, "test")) == pytest.approx(expected)
    assert (table["low"] < table["central"]).all() and (table["central"] < table["high"]).all()


def test_hardware_that_was_not_measured_is_needed_for_embodied_emissions_alone(config, factors):
    config["impacts"] |= {"embodied": False, "water": True}
    assert len(impacts(config, factors, ENERGY[:0])) == 2
    config["impacts"]["embodied"] = True
    with pytest.raises(DatafootprintError, match="there is no ResNet-50 full"):
        impacts(config, factors, ENERGY[:0])
