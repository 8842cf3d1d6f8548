"""Embodied emissions and water."""

from pathlib import Path

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.footprint.impacts import embodied_impacts, estimate_impacts, water_impacts
from datafootprint.legacy_tables import check_rows, read_rows
from datafootprint.units import quantity

FACTORS = Path(__file__).parents[3] / "data" / "factors" / "additional_impacts.csv"
RUN_TIME = quantity(203.5, "hour / run")
TRAINING = [{"method": "as_described", "runs": 1000.0, "energy_kwh": 1580.0}]
STORAGE = [{"method": "as_described", "runs": 1000.0, "energy_kwh": 500.0}]
ENERGY = [
    {
        "model": "ResNet-50",
        "subset": "full",
        "minutes_per_epoch": 40.7,
        "gpus": None,
        "hardware": "cpu: AMD EPYC",
    }
]


@pytest.fixture
def factors():
    return read_rows(FACTORS, "impact_factors")


def test_a_gpu_is_spread_over_its_life(factors):
    rows = embodied_impacts(TRAINING, RUN_TIME, 1.0, factors)
    gpu = next(row for row in rows if row["impact"] == "embodied_gpu")
    assert gpu["central"] == pytest.approx(1000 * 181 * 203.5 / (3.5 * 8766) / 1000)
    assert gpu["low"] < gpu["central"] < gpu["high"]
    (half, _) = embodied_impacts(TRAINING, RUN_TIME, 0.5, factors)
    assert half["central"] == pytest.approx(2 * gpu["central"])


def test_water_counts_the_energy_of_the_data_centre(factors):
    (row,) = water_impacts("training", TRAINING, factors)
    assert (row["low"], row["central"], row["high"]) == pytest.approx((0, 0.6004, 2.844))


def test_a_run_is_charged_for_all_its_gpus(config, factors):
    config["impacts"] |= {"embodied": True, "water": False, "utilisation": 1.0}
    one, four = (
        estimate_impacts(TRAINING, STORAGE, [{**ENERGY[0], "gpus": gpus}], factors, config)
        for gpus in (None, 4)
    )
    assert [row["central"] for row in four] == pytest.approx([4 * row["central"] for row in one])
    with pytest.raises(DatafootprintError, match="measured without one \\(cpu: AMD EPYC\\)"):
        estimate_impacts(TRAINING, STORAGE, [{**ENERGY[0], "gpus": 0}], factors, config)


@pytest.mark.parametrize(
    ("embodied", "water", "impacts"),
    [
        (False, False, []),
        (True, False, ["embodied_gpu", "embodied_server_eighth"]),
        (False, True, ["water_training", "water_storage"]),
    ],
)
def test_only_what_is_asked_for_is_estimated(config, factors, embodied, water, impacts):
    config["impacts"] |= {"embodied": embodied, "water": water, "utilisation": 1.0}
    rows = estimate_impacts(TRAINING, STORAGE, ENERGY, factors, config)
    assert [row["impact"] for row in rows] == impacts


def test_the_impacts_of_a_configuration_by_hand(config, factors):
    """300 epochs of 40.7 minutes are 203.5 hours."""
    config["impacts"] |= {"embodied": True, "water": True, "utilisation": 1.0}
    rows = estimate_impacts(TRAINING, STORAGE, ENERGY, factors, config)
    checked = check_rows(rows, "additional_impacts", "test")
    assert {row["impact"]: row["central"] for row in checked} == pytest.approx(
        {
            "embodied_gpu": 1000 * 181 * 203.5 / (3.5 * 8766) / 1000,
            "embodied_server_eighth": 1000 * 712.5 * 203.5 / (3.5 * 8766) / 1000,
            "water_training": 1580 * 0.38 / 1000,
            "water_storage": 500 * 0.38 / 1000,
        }
    )


def test_hardware_that_was_not_measured_is_needed_for_embodied_emissions_alone(config, factors):
    config["impacts"] |= {"embodied": False, "water": True}
    assert estimate_impacts(TRAINING, STORAGE, [], factors, config)
    config["impacts"]["embodied"] = True
    with pytest.raises(DatafootprintError, match="there is no ResNet-50 full"):
        estimate_impacts(TRAINING, STORAGE, [], factors, config)
