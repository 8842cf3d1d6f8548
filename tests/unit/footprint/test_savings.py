"""Savings of the scenarios."""

import pandas as pd
import pytest

from datafootprint.footprint.carbon import Grid
from datafootprint.footprint.footprint_tables import Frugality
from datafootprint.footprint.savings import energy_savings, with_emissions
from datafootprint.tables import check_table
from datafootprint.units import quantity

RUNS = pd.DataFrame({"method": "as_published", "year": [2024, 2025], "runs": [36867.245, 9312.0]})
RUNS = RUNS.assign(papers=RUNS["runs"], run_energy_factor=1.0)
GRID = Grid({2024: 445.0, 2025: 445.0}, "co2", "typed", quantity(4.73, "tonne_co2 / person"))
PAST = {"scope": "past", "of": "training", "epochs": 300, "regime": "same_epochs"}


@pytest.fixture
def savings(energy, config):
    table = with_emissions(energy_savings(RUNS, energy, config), RUNS, GRID)
    return check_table(table, Frugality, "test")


def saved_t(table, **wanted):
    (row,) = table[(table[list(wanted)] == list(wanted.values())).all(axis=1)].itertuples()
    return row.saved_emissions_t


def test_past_runs_at_full_adoption(savings):
    """46,179.245 runs: 607 t proportional, 798 t and 590 t measured, 40 t of storage."""
    all_runs = {**PAST, "adoption": 1.0}
    assert saved_t(savings, **all_runs, gain_kind="proportional") == pytest.approx(607.25, abs=0.05)
    measured = {**all_runs, "gain_kind": "measured"}
    assert round(saved_t(savings, **measured, model="ResNet-50")) == 798
    assert round(saved_t(savings, **measured, model="Swin-T")) == 590
    assert round(saved_t(savings, scope="past", of="storage", adoption=1.0)) == 40


def test_transferred_gains_are_capped_at_the_pruned_fraction(savings):
    capped = {**PAST, "adoption": 1.0, "gain_kind": "measured_capped"}
    assert saved_t(savings, **capped, model="ResNet-50") == pytest.approx(607.25, abs=0.05)
    assert round(saved_t(savings, **capped, model="Swin-T")) == 590


def test_savings_scale_with_adoption_and_epochs(savings):
    proportional = {**PAST, "gain_kind": "proportional"}
    at_full = saved_t(savings, **proportional, adoption=1.0)
    assert saved_t(savings, **proportional, adoption=0.1) == pytest.approx(at_full / 10)
    shorter = proportional | {"epochs": 90}
    assert saved_t(savings, **shorter, adoption=1.0) == pytest.approx(at_full * 0.3)


def test_same_iterations_save_nothing(savings):
    same = savings[savings["regime"] == "same_iterations"]
    assert len(same) == 2 * 2 * 3
    assert (same["saved_emissions_t"] == 0).all()


def test_forward_counts_the_last_year_only(savings):
    forward = {**PAST, "scope": "forward_per_year", "gain_kind": "proportional", "adoption": 1.0}
    assert saved_t(savings, **forward) == pytest.approx(9312 * 300 * 0.394 * 0.445e-3 * 0.25)


def test_years_weigh_by_their_runs(energy, config):
    grid = Grid({2024: 500.0, 2025: 400.0}, "co2e", "each", quantity(6.59, "tonne_co2e / person"))
    savings = with_emissions(energy_savings(RUNS, energy, config), RUNS, grid)
    per_run = 300 * 0.394 * 1e-6 * 0.25
    proportional = {"gain_kind": "proportional", "adoption": 1.0}
    total = saved_t(savings, **PAST, **proportional)
    assert total == pytest.approx((36867.245 * 500 + 9312 * 400) * per_run)
    forward = saved_t(savings, **PAST | {"scope": "forward_per_year"}, **proportional)
    assert forward == pytest.approx(9312 * 400 * per_run)


def test_the_baseline_is_the_full_data_whatever_a_run_used(energy, config):
    before = energy_savings(RUNS, energy, config)
    config["training"]["energy_subset"] = "pruned_25"
    assert energy_savings(RUNS, energy, config).equals(before)
