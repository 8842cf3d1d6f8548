"""Scenarios are what runs with their settings give; two runs are put side by side."""

import pytest
import yaml
from tests.conftest import FACTORS

from datafootprint.all_tables import read_inputs
from datafootprint.errors import DatafootprintError
from datafootprint.footprint.emissions import read_footprint
from datafootprint.report.compared_runs import compare_runs, compared_table
from datafootprint.report.figures.factor_figures import draw_scenarios
from datafootprint.report.scenarios import compare_scenarios
from datafootprint.tables import table_of, write_table
from datafootprint.uncertainty.uncertainty_tables import Uncertainty


def ranges(runs, point=100.0, gas="co2"):
    rows = [
        (method, tier, meaning, "training_emissions_t", gas, point, point / 2, point, 3 * point)
        for method in runs["method"].unique()
        for tier, meaning in (("T1", "95% interval"), ("T2", "95% range of errors"))
    ]
    return table_of(rows, Uncertainty)


@pytest.fixture
def tables(runs, energy):
    names = ("carbon_intensity_by_year", "per_capita_emissions")
    factors = read_inputs({name: FACTORS / f"{name}.csv" for name in names})
    return factors | {
        "training_runs": runs,
        "energy_per_epoch": energy,
        "uncertainty": ranges(runs),
    }


def single_run(tables, config, **changed):
    """Return the row of the headline of a run with changed sections."""
    config = config | {name: config[name] | own for name, own in changed.items()}
    footprint = read_footprint(tables, config)
    found = footprint.totals("training", tables["training_runs"])
    return found.set_index("method").loc[config["methods"]["headline"]]


@pytest.mark.parametrize("year", [2021, "each"])
def test_each_country_is_as_in_a_run_of_its_own(tables, config, year):
    config["carbon"] |= {"country": "World", "year": year}
    found = compare_scenarios(tables, config, {})
    countries = found[found["kind"] == "country"].set_index("scenario")
    assert len(countries) > 170 and "World" not in countries.index
    for iso3 in ("AUS", "FRA", "IND", "NOR", "ZAF"):
        alone = single_run(tables, config, carbon={"country": iso3, "year": year})
        for column in ("energy_kwh", "emissions_t", "person_equivalents"):
            assert countries.loc[iso3, column] == pytest.approx(alone[column], rel=1e-12)


def test_countries_keep_their_intensity_without_a_run(tables, config):
    config["carbon"] |= {"country": "World", "year": "each"}
    runs = tables["training_runs"]
    tables["training_runs"] = runs[runs["year"] == 2021].assign(runs=0.0, papers=0.0)
    found = compare_scenarios(tables, config, {}).set_index("scenario")
    alone = single_run(tables, config, carbon={"country": "FRA", "year": 2021})
    column = "carbon_intensity_g_per_kwh"
    assert found.loc["FRA", column] == pytest.approx(alone[column], rel=1e-12)
    assert draw_scenarios({}, found.reset_index()).axes[1].get_xlim() == (0, 1)


def test_a_named_scenario_is_as_in_a_run_of_its_own(tables, config):
    overlay = {"training": {"epochs": 90}, "carbon": {"country": "FRA", "year": 2023}}
    found = compare_scenarios(tables, config, {"short": overlay}).set_index("scenario")
    alone = single_run(tables, config, **overlay)
    short = found.loc["short"]
    assert short["emissions_t"] == pytest.approx(alone["emissions_t"], rel=1e-12)
    assert short["gas_basis"] == "co2e" and short["epochs"] == 90
    # The range of the run, 0.5 to 3 times its point, follows.
    assert short["low"] == pytest.approx(0.5 * alone["emissions_t"])
    assert short["high"] == pytest.approx(3 * alone["emissions_t"])
    assert found.loc["this run", "emissions_t"] == pytest.approx(6076.84, rel=1e-6)
    # A run at 0 g/kWh has no range that could follow.
    tables["uncertainty"] = ranges(tables["training_runs"], point=0.0)
    assert compare_scenarios(tables, config, {"short": overlay})["low"].isna().all()


def test_epochs_that_papers_report_are_not_moved_by_a_scenario(tables, config):
    config["training"]["observed"] = ["epochs"]
    found = compare_scenarios(tables, config, {"short": {"training": {"epochs": 90}}})
    tonnes = found.set_index("scenario")["emissions_t"]
    assert tonnes["short"] == tonnes["this run"]


def test_a_scenario_that_cannot_be_is_named(tables, config):
    with pytest.raises(DatafootprintError, match=r"scenarios\.odd: .*there is no Perceptron"):
        compare_scenarios(tables, config, {"odd": {"training": {"energy_model": "Perceptron"}}})


def test_two_runs_show_what_differs_in_settings_and_results(tmp_path, runs):
    for name, epochs, point, gas in (
        ("a", 300, 100, "co2"),
        ("b", 90, 30, "co2"),
        ("c", 90, 30, "co2e"),
    ):
        (tmp_path / name).mkdir()
        table = f"{name}/data/publications.csv"  # the same file, seen from two folders
        settings = {
            "training": {"epochs": epochs, "pue_target": 1.58},
            "dataset": {"folder": f"{name}/data", "tables": {"publications": table}},
            "literature": {"source": table},
            "compare": name,
        }
        (tmp_path / name / "settings.yaml").write_text(yaml.safe_dump(settings))
        write_table(ranges(runs, point, gas), tmp_path / name / "uncertainty.csv", Uncertainty)
    compared = compare_runs(tmp_path / "a", tmp_path / "b")
    shown = compared_table(compared).rows
    assert ("setting", "", "training.epochs", "300", "90", "") in shown
    assert ("result", "as_described", "training_emissions_t (co2)", "100", "30", "3.33") in shown
    assert [row[2] for row in shown if row[0] == "setting"] == ["training.epochs"]
    shown = compared_table(compare_runs(tmp_path / "a", tmp_path / "c")).rows
    assert ("result", "as_described", "training_emissions_t (co2)", "100", "", "") in shown
    assert ("result", "as_described", "training_emissions_t (co2e)", "", "30", "") in shown
