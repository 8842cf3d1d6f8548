"""The section and figures on frugality and bias."""

import pytest

from datafootprint.energy.epoch import published_energy
from datafootprint.energy.gains import break_even, gains
from datafootprint.footprint.carbon import CarbonIntensity, Grid
from datafootprint.frugality.scenarios import energy_savings, with_emissions
from datafootprint.legacy_tables import read_rows
from datafootprint.report.figures.bias import draw_bias
from datafootprint.report.figures.frugality import draw_frugality
from datafootprint.report.figures.style import save
from datafootprint.report.frugality import frugality_context
from datafootprint.tables import records_of
from datafootprint.units import quantity

YEARS = range(2017, 2026)


@pytest.fixture
def savings(config, training_runs, published):
    energy = published_energy(
        read_rows(published / "energy_per_epoch.csv", "energy_per_epoch"), 1.58, "ImageNet-1K"
    )
    return energy, energy_savings(training_runs, energy, config)


@pytest.fixture
def published(request):
    return request.config.rootpath / "data" / "imagenet-1k"


def test_the_section_shows_the_headline_method(config, savings, training_runs, published):
    energy, saved = savings
    typed = CarbonIntensity(dict.fromkeys(YEARS, 445.0), "co2", "typed")
    grid = Grid(typed, quantity(4.73, "tonne_co2 / person"))
    rows = with_emissions(saved, training_runs, grid)
    factors = published.parent / "factors"
    costs = [{"strategy": "el2n", "full_epochs": 100, "source": "s"}]
    tables = {
        "frugality": rows,
        "break_even": records_of(break_even(costs, gains(energy, "pruned_25", 0.25), [90, 300])),
        "energy_to_accuracy": read_rows(factors / "energy_to_accuracy.csv", "energy_to_accuracy"),
    }
    context = frugality_context(tables, config)
    proportional = next(row for row in context["savings"].rows if row[0] == "fraction left out")
    assert proportional[1:5] == ("25.0", "152", "760", "1,519")
    assert context["break_even"].rows == [("el2n", "100", "5", "2")]
    assert context["ratios"][-1] == (0.9, pytest.approx(196 / 1018))


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_figures_are_drawn(savings, tmp_path, kind):
    save(draw_frugality(savings[1], 300), tmp_path / f"frugality.{kind}")
    rows = [
        {
            "majority_share": 0.99,
            "budget": budget,
            "sampling": sampling,
            "repeat": 0,
            "aligned_accuracy": 0.9,
            "conflicted_accuracy": 0.4,
        }
        for budget in (100, 300)
        for sampling in ("random", "reweighted", "balanced")
    ]
    save(draw_bias(rows), tmp_path / f"bias.{kind}")
    assert all(path.stat().st_size > 5000 for path in tmp_path.iterdir())
