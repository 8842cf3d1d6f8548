"""Savings of the scenarios and break-even."""

from pathlib import Path

import pytest
from datafootprint.frugality.estimate import estimate_frugality

from datafootprint.energy.epoch import published_energy
from datafootprint.footprint.carbon import CarbonIntensity, Grid
from datafootprint.frugality.scenarios import energy_savings, with_emissions
from datafootprint.legacy_tables import check_rows, read_rows
from datafootprint.units import quantity

DATA = Path(__file__).parents[3] / "data"
RUNS = [
    {"method": "as_published", "year": 2024, "runs": 36867.245},
    {"method": "as_published", "year": 2025, "runs": 9312.0},
]
CONFIG = {
    "frugality": {
        "subset": "pruned_25",
        "pruned_fraction": 0.25,
        "adoption": [0.1, 0.5, 1.0],
        "epochs": [90, 300],
    },
    "training": {
        "epochs": 300,
        "energy_model": "ResNet-50",
        "energy_subset": "full",
        "kwh_per_epoch": None,
        "pue_in_measurement": 1.58,
        "pue_target": 1.58,
    },
    "storage": {"copies_per_run": 1, "kwh_per_tb_year": 60, "years": 1},
    "dataset": {"name": "ImageNet-1K", "size_gb": 130},
}


GRID = Grid(
    CarbonIntensity({2024: 445.0, 2025: 445.0}, "co2", "typed"),
    quantity(4.73, "tonne_co2 / person"),
)


@pytest.fixture
def energy():
    return published_energy(
        read_rows(DATA / "imagenet-1k" / "energy_per_epoch.csv", "energy_per_epoch"),
        1.58,
        "ImageNet-1K",
    )


@pytest.fixture
def rows(energy):
    savings = energy_savings(RUNS, energy, CONFIG)
    return check_rows(with_emissions(savings, RUNS, GRID), "frugality", "test")


def saved_t(rows, **wanted):
    (row,) = [row for row in rows if all(row[k] == v for k, v in wanted.items())]
    return row["saved_emissions_t"]


PAST = {"scope": "past", "of": "training", "epochs": 300, "regime": "same_epochs"}


def test_past_runs_at_full_adoption(rows):
    """46,179.245 runs: 607 t proportional, 798 t and 590 t measured, 40 t of storage."""
    all_runs = {**PAST, "adoption": 1.0}
    assert saved_t(rows, **all_runs, gain_kind="proportional") == pytest.approx(607.25, abs=0.05)
    measured = {**all_runs, "gain_kind": "measured"}
    assert round(saved_t(rows, **measured, model="ResNet-50")) == 798
    assert round(saved_t(rows, **measured, model="Swin-T")) == 590
    assert round(saved_t(rows, scope="past", of="storage", adoption=1.0)) == 40


def test_transferred_gains_are_capped_at_the_pruned_fraction(rows):
    capped = {**PAST, "adoption": 1.0, "gain_kind": "measured_capped"}
    assert saved_t(rows, **capped, model="ResNet-50") == pytest.approx(607.25, abs=0.05)
    assert round(saved_t(rows, **capped, model="Swin-T")) == 590


def test_savings_scale_with_adoption_and_epochs(rows):
    proportional = {"scope": "past", "of": "training", "gain_kind": "proportional"}
    same = {**proportional, "regime": "same_epochs"}
    at_full = saved_t(rows, **same, epochs=300, adoption=1.0)
    assert saved_t(rows, **same, epochs=300, adoption=0.1) == pytest.approx(at_full / 10)
    assert saved_t(rows, **same, epochs=90, adoption=1.0) == pytest.approx(at_full * 0.3)


def test_same_iterations_save_nothing(rows):
    same = {**PAST, "regime": "same_iterations"}
    assert [saved_t(rows, **same, adoption=a) for a in (0.1, 0.5, 1.0)] == [0, 0, 0]


def test_forward_counts_the_last_year_only(rows):
    forward = {**PAST, "scope": "forward_per_year", "gain_kind": "proportional", "adoption": 1.0}
    assert saved_t(rows, **forward) == pytest.approx(9312 * 300 * 0.394 * 0.445e-3 * 0.25)


def test_years_weigh_by_their_runs(energy):
    savings = energy_savings(RUNS, energy, CONFIG)
    each = CarbonIntensity({2024: 500.0, 2025: 400.0}, "co2e", "each")
    rows = with_emissions(savings, RUNS, Grid(each, quantity(6.59, "tonne_co2e / person")))
    per_run = 300 * 0.394 * 1e-6 * 0.25
    total = saved_t(rows, **PAST, gain_kind="proportional", adoption=1.0)
    assert total == pytest.approx((36867.245 * 500 + 9312 * 400) * per_run)


def test_the_baseline_is_the_full_data_whatever_a_run_used(energy, rows):
    subset = CONFIG | {"training": CONFIG["training"] | {"energy_subset": "pruned_25"}}
    assert energy_savings(RUNS, energy, subset) == energy_savings(RUNS, energy, CONFIG)


def test_the_tables_of_the_stage(energy, rows):
    costs = [{"strategy": "el2n", "full_epochs": 100, "source": "s"}]
    made = estimate_frugality(RUNS, energy, costs, GRID, CONFIG)
    tables = {name: check_rows(table, name, "test") for name, table in made.items()}
    assert tables["frugality"] == rows
    assert [row["gain_resolved"] for row in tables["energy_gains"]] == [None] * 3
    pruned = [row for row in tables["break_even"] if row["gain_kind"] == "proportional"]
    assert {row["epochs"]: row["reuses"] for row in pruned} == {90: 5, 300: 2}
