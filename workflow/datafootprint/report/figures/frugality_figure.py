"""Energy that training on a subset would have saved."""

import math

import pandas as pd
from matplotlib.figure import Figure

from datafootprint.footprint.footprint_tables import PAST
from datafootprint.report.figures import style
from datafootprint.report.wording import KWH_PER_UNIT, energy_unit, gain_name, method_title

#: Names of gains that are too long beside the bars.
SHORT = {
    "as many iterations as on the full data": "same iterations",
    "at most the fraction left out": "capped",
}


def draw_frugality(savings: pd.DataFrame, epochs: float) -> Figure:
    """Draw the energy that subsets would have saved in past runs of `epochs` epochs.

    `savings` is what `energy_savings` returns. Each method has a panel, each gain a bar at full
    adoption with marks at the lower adoptions.
    """
    is_shown = (savings["scope"] == PAST) & (savings["of"] == "training")
    past = savings[is_shown & (savings["epochs"] == epochs)]
    names = past.apply(gain_name, axis=1).replace(SHORT, regex=True)
    unit = energy_unit(past["saved_energy_kwh"].max())
    past = past.assign(name=names, saved=past["saved_energy_kwh"] / KWH_PER_UNIT[unit])
    *lower, highest = sorted(past["adoption"].unique())
    styles = style.styles_of(past)
    rows = math.ceil(len(styles) / 2)
    figure, grid = style.new_figure(
        height=0.4 + 2.5 * rows, nrows=rows, ncols=2, sharey=True, squeeze=False
    )
    panels = grid.flatten()
    for axes in panels[len(styles) :]:
        axes.set_visible(False)
    for axes, (method, look) in zip(panels, styles.items(), strict=False):
        own = past[past["method"] == method]
        bars = own[own["adoption"] == highest]
        axes.barh(bars["name"], bars["saved"], color=look["color"], height=0.6)
        marks = own[own["adoption"] != highest]
        axes.plot(marks["saved"], marks["name"], "|", color=style.BLACK, ms=10)
        axes.text(0, bars["name"].tolist().index("same iterations"), " 0", va="center")
        axes.set(title=method_title(method), xlabel=f"{unit} saved")
        axes.set_xlim(0, None)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    panels[0].invert_yaxis()
    marked = f"; marks: {', '.join(f'{adoption:.0%}' for adoption in lower)}" if lower else ""
    figure.suptitle(
        f"Bars: {highest:.0%} of past runs on the subset{marked} ({epochs:g} epochs per run)",
        fontsize=9,
        x=0.01,
        ha="left",
    )
    return figure
