"""Gains, break-even and energy to accuracy."""

from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest

from datafootprint.energy.energy_tables import (
    BreakEven,
    EnergyGains,
    EnergyPerEpoch,
    EnergyToAccuracy,
    HardwarePower,
    SelectionCost,
)
from datafootprint.energy.epoch import check_powers, published_energy
from datafootprint.energy.gains import (
    break_even,
    break_even_reuses,
    gains,
    measured_gains,
    ratio_to_standard,
)
from datafootprint.errors import DatafootprintError
from datafootprint.tables import check_table, read_table, records_of, table_of

DATA = Path(__file__).parents[3] / "data"


def energy_of(*rows):
    """Make a table of two or more subsets of one model, with one minute per epoch."""
    given = pd.DataFrame(rows, columns=["subset", "kwh_per_epoch", "pue", "kwh_sd", "runs"])
    given = given.assign(model="m", minutes_per_epoch=1.0)
    return check_table(given, EnergyPerEpoch, "test")


def test_gains_of_table_1():
    table = read_table(DATA / "imagenet-1k" / "energy_per_epoch.csv", EnergyPerEpoch)
    found = measured_gains(published_energy(table, 1.58)).set_index("model")
    assert (100 * found["time_gain"]).round().to_dict() == {
        "ResNet-34": 32,
        "ResNet-50": 40,
        "Swin-T": 24,
    }
    assert (100 * found["energy_gain"]).round().tolist() == [29, 33, 24]


@pytest.mark.parametrize(
    ("kwh", "minutes", "gpus", "watts"),
    [
        (0.394, 40.7, 1, None),
        (394, 40.7, 1, "580,835"),
        (40.7, 0.394, 1, "6,197,970"),
        (6.8, 40.7, 8, None),
        (6.8, 40.7, None, "10,025"),
        (0.000394, 40.7, 0, "1"),
    ],
)
def test_a_slip_in_a_unit_is_a_power_that_no_machine_draws(kwh, minutes, gpus, watts):
    table = energy_of(("full", kwh, None, None, None)).assign(minutes_per_epoch=minutes, gpus=gpus)
    bounds = read_table(DATA / "factors" / "hardware_power.csv", HardwarePower)
    fault = pytest.raises(DatafootprintError, match=f"e.csv, m full.* {watts} W per GPU.*in Wh")
    with fault if watts else nullcontext():
        check_powers(check_table(table, EnergyPerEpoch, "test"), bounds, "e.csv")


def test_a_pue_is_not_a_gain():
    energy = energy_of(("full", 1.58, 1.58, None, None), ("pruned_25", 0.8, 1.0, None, None))
    found = gains(energy, "pruned_25", 0.25).set_index("gain_kind")["gain"]
    assert found["measured"] == pytest.approx(0.2)


def test_the_gain_of_a_toy_is_left_out_beside_others():
    rows = [("full", 1.0, 1.0, None, None), ("pruned_25", 0.8, 1.0, None, None)]
    toy = energy_of(*rows).assign(model="toy", unfit="it was measured on digits")
    found = gains(pd.concat([energy_of(*rows), toy]), "pruned_25", 0.25)
    assert set(found["model"]) == {"", "m"}


def test_without_measurements_only_the_pruned_fraction_is_a_gain():
    assert gains(energy_of(), "pruned_25", 0.25)["gain_kind"].tolist() == ["proportional"]
    assert measured_gains(energy_of()).empty


@pytest.mark.parametrize(("deviation", "resolved"), [(0.14, True), (0.15, False), (None, None)])
def test_a_gain_within_the_spread_is_not_resolved(caplog, deviation, resolved):
    """1.0 and 0.75 kWh from four runs each: 6 degrees of freedom, t = 2.447.

    The standard error is 0.707 times the deviation, so 0.25 kWh is resolved up to one of 0.1445.
    """
    energy = energy_of(("full", 1.0, 1.0, deviation, 4), ("pruned_25", 0.75, 1.0, deviation, 4))
    (row,) = records_of(check_table(measured_gains(energy), EnergyGains, "test"))
    assert row["gain_resolved"] is resolved
    assert len(gains(energy, "pruned_25", 0.25)) == (1 if resolved is False else 3)
    assert ("m pruned_25 (25%)" in caplog.text) is (resolved is False)


def test_gains_need_the_full_data():
    with pytest.raises(DatafootprintError, match="full"):
        measured_gains(energy_of(("half", 1.0, 1.0, None, None)))


def reuses_of(cost, saved):
    (reuses,) = break_even_reuses(pd.Series([cost]), pd.Series([saved])).tolist()
    return reuses


@pytest.mark.parametrize(
    ("cost", "saved", "reuses"),
    [(100, 75, 2), (90, 90, 1), (0, 10, 0), (1, 0, pd.NA), (1, -1, pd.NA), (0.3, 0.1, 3)],
)
def test_break_even(cost, saved, reuses):
    assert reuses_of(cost, saved) is reuses or reuses_of(cost, saved) == reuses


def test_break_even_table():
    costs = table_of([("el2n", 100, "s")], SelectionCost)
    rows = [("proportional", "", 0.25), ("measured", "m", -0.1)]
    found = pd.DataFrame(rows, columns=["gain_kind", "model", "gain"])
    table = check_table(break_even(costs, found, [90, 300]), BreakEven, "test")
    assert [row["reuses"] for row in records_of(table)] == [5, 2, None, None]


def test_published_ratios_of_dpet():
    table = read_table(DATA / "factors" / "energy_to_accuracy.csv", EnergyToAccuracy)
    assert len(table) == 12 * 7 and table["energy_wh"].isna().sum() == 1
    dpet = {name for name in table["strategy"] if name.startswith("DPET")}
    ratios = ratio_to_standard(table, dpet, "Standard train")
    assert [round(ratios[target], 2) for target in sorted(ratios)] == [
        *(0.95, 0.97, 0.69, 0.54, 0.40, 0.15, 0.19)
    ]
