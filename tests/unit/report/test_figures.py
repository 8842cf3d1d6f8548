"""What the figures show, and that they look the same whoever draws them."""

import os
import subprocess
import sys

import pandas as pd
import pytest

from datafootprint.projection.project import project_usage
from datafootprint.report.figures.count_figures import draw_publications_compared
from datafootprint.report.figures.factor_figures import draw_bridge, draw_ranges
from datafootprint.report.figures.frugality_figure import draw_frugality
from datafootprint.report.figures.hub_figure import draw_hub
from datafootprint.report.figures.sensitivity_figure import draw_sensitivity
from datafootprint.report.figures.share_figures import draw_projection_compared, draw_usage
from datafootprint.report.figures.style import save
from lab.bias_figure import draw_bias

DESCRIBED = {"methods": {"headline": "as_described"}}
DRAW = """
import sys
from datafootprint.report.figures.count_figures import Figure
from datafootprint.report.figures.style import new_figure, save
figure, axes = new_figure()
axes.plot([1, 2], [3, 4])
save(figure, sys.argv[1:])
"""


def test_the_settings_of_a_user_change_no_figure(tmp_path):
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\nlines.linewidth: 9\n")
    settings = {"MATPLOTLIBRC": str(tmp_path), "MPLBACKEND": "module://of_a_notebook"}
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    for name, more in (("plain.svg", {}), ("own.svg", settings)):
        subprocess.run(
            [sys.executable, "-c", DRAW, str(tmp_path / name)],
            env=os.environ | path | more,
            check=True,
        )
    assert (tmp_path / "own.svg").read_bytes() == (tmp_path / "plain.svg").read_bytes()


def legend(axes):
    return axes.get_legend_handles_labels()[1]


@pytest.mark.parametrize("observed", [6, 8, 9])
def test_what_is_projected_is_drawn_and_named_only_if_it_is(published, observed):
    table = published["usage_counts"].copy()
    is_counted = table.index < observed
    table["mentioning"] = (table["accepted"] * 2 // 5).where(is_counted)
    table["trained"] = (table["accepted"] // 10 + table.index).where(is_counted)
    left, right = draw_usage({}, project_usage(table, "ols", 0.05)).axes
    assert ("projected (open)" in legend(left)) == (observed < 9)
    assert ("95% of a new year" in legend(right)) == (observed < 9)
    bands = [band.get_paths()[0].get_extents() for band in left.collections]
    assert len(bands) == (2 if observed < 9 else 0)
    assert all(band.width > 0.1 and band.height > 0 for band in bands)


@pytest.mark.parametrize("until", [2022, 2023])
def test_models_are_drawn_with_what_was_observed(until):
    rows = [
        (share, model, year, 0.5 if year < 2023 else None, 0.3, 0.2, 0.4)
        for share in ("trained_share", "trained_share_of_mentioning")
        for model in ("ols", "last")
        for year in range(2020, until + 1)
    ]
    columns = ["share", "model", "year", "observed", "mean", "low", "high"]
    for axes in draw_projection_compared({}, pd.DataFrame(rows, columns=columns)).axes:
        assert axes.get_yticks().tolist() == [0, 1]
        assert bool(axes.collections) == (until == 2023)
        assert axes.lines[0].get_xdata().tolist() == [30, 30]
        assert legend(axes) == ["observed in 2022"]


def test_the_largest_swing_is_on_top():
    rows = [
        ("as_described", tier, source, 1 / swing, swing, 0.1)
        for tier in ("T2", "T3")
        for source, swing in (("runs_per_paper", 3.0), ("pue", 1.1))
    ]
    columns = ["method", "tier", "source", "swing_low", "swing_high", "first_order"]
    axes = draw_sensitivity(DESCRIBED, pd.DataFrame(rows, columns=columns)).axes[1]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "runs per paper",
        "data-centre overhead (PUE)",
    ]
    assert axes.yaxis_inverted()


def test_a_year_that_is_not_over_is_hatched(published):
    counts = published["hub_counts"].assign(created_year=[2022, 2023], complete=[True, False])
    counts = counts.assign(datasets_at_floor=[3, 0], variant="tiny")
    (axes,) = draw_hub({"hub": {"search": ""}}, counts).axes
    assert [bar.get_height() for bar in axes.patches] == [214, 662]
    assert [bool(bar.get_hatch()) for bar in axes.patches] == [False, True]


def test_figures_are_written(config, published, runs, tmp_path):
    energy = published["energy_per_epoch"].assign(pue=1.58)
    save(
        draw_frugality(config, runs, energy),
        [tmp_path / "a.svg", tmp_path / "a.png"],
    )
    accuracies = [
        (0.99, budget, sampling, 0.9, 0.4)
        for budget in (100, 300)
        for sampling in ("random", "reweighted", "balanced")
    ]
    columns = ["majority_share", "budget", "sampling", "aligned_accuracy", "conflicted_accuracy"]
    save(draw_bias(pd.DataFrame(accuracies, columns=columns)), [tmp_path / "b.svg"])
    settings = {"literature": {"disagreement_factor": 1.5}}
    row = {"year": 2024, "complete": True, "source": "a", "compared_with": "b", "agree": True}
    row |= {"publications": 10, "publications_compared": 20, "ratio": 2.0}
    row |= {"full_text_coverage": None, "full_text_coverage_compared": 0.5}
    save(draw_publications_compared(settings, pd.DataFrame([row])), [tmp_path / "c.png"])
    assert all(path.stat().st_size > 5000 for path in tmp_path.iterdir())


@pytest.mark.parametrize("emissions", [100.0, 0.0])
def test_steps_and_ranges_are_drawn_also_where_nothing_is_emitted(emissions, tmp_path):
    steps = [
        ("a", "as_published", None, emissions, "counted"),
        ("b", None, 0.5, emissions / 2, "measured"),
        ("c", "as_observed", 8.0, 4 * emissions, "assumed"),
    ]
    bridge = pd.DataFrame(steps, columns=["step", "method", "factor", "emissions_t", "evidence"])
    bridge = bridge.assign(factor_low=0.9 * bridge["factor"], factor_high=1.2 * bridge["factor"])
    figure = draw_bridge({}, bridge.assign(gas_basis="co2"))
    save(figure, [tmp_path / "bridge.png"])
    if emissions:
        ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in figure.axes[0].patches]
        assert ends == [(100, 100), (100, 50), (50, 400)]
    rows = [
        ("as_described", tier, emissions, emissions / 2, emissions, 2 * emissions)
        for tier in ("T1", "T2", "T3")
    ]
    table = pd.DataFrame(rows, columns=["method", "tier", "point", "p2_5", "p50", "p97_5"])
    table = table.assign(quantity="training_emissions_t", gas_basis="co2")
    save(draw_ranges({}, table), [tmp_path / "ranges.png"])
