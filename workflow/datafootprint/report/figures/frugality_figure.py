"""Energy that training on a subset would have saved."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from datafootprint.footprint.footprint_tables import PAST
from datafootprint.footprint.savings import energy_savings
from datafootprint.report.figures import style
from datafootprint.report.figures.palette import BLACK, SKY
from datafootprint.report.wording import KWH_PER_UNIT, energy_unit, gain_name, rounded


def draw_frugality(
    settings: Mapping[str, Any], training_runs: pd.DataFrame, energy: pd.DataFrame
) -> Figure:
    """Draw the energy that subsets would have saved in the past runs of the headline.

    Each gain is a bar at full adoption with marks at the lower adoptions. Other methods save the
    same part of their energy.
    """
    epochs, method = settings["training"]["epochs"], settings["methods"]["headline"]
    savings = energy_savings(training_runs, energy, settings)
    is_shown = (savings["scope"] == PAST) & (savings["of"] == "training")
    past = savings[is_shown & (savings["epochs"] == epochs) & (savings["method"] == method)]
    names = past.apply(gain_name, axis=1)
    unit = energy_unit(past["saved_energy_kwh"].max())
    past = past.assign(name=names, saved=past["saved_energy_kwh"] / KWH_PER_UNIT[unit])
    *lower, highest = sorted(past["adoption"].unique())
    bars, marks = (past[past["adoption"].isin(parts)] for parts in ([highest], lower))
    figure, axes = style.new_figure(height=0.9 + 0.27 * len(bars))
    drawn = axes.barh(bars["name"], bars["saved"], color=SKY, height=0.6)
    axes.plot(marks["saved"], marks["name"], "|", color=BLACK, ms=11)
    axes.bar_label(drawn, [rounded(saved, 1) for saved in bars["saved"]], padding=4, fontsize=8)
    style.list_axis(axes, bars["name"])
    marked = f"; marks: {', '.join(f'{adoption:.0%}' for adoption in lower)}" if lower else ""
    axes.set_xlabel(f"{unit} saved by {highest:.0%} of past runs of {epochs:g} epochs{marked}")
    return figure
