"""Which source of uncertainty moves the tonnes: swings one at a time."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from datafootprint.report.figures import style
from datafootprint.report.figures.palette import BLACK, ORANGE, SKY
from datafootprint.report.wording import source_words
from datafootprint.uncertainty.priors import Tier

#: Tier -> title of its panel, and ticks.
PANELS = {
    Tier.MEASURED: ("Statistical and measured errors", (0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 2)),
    Tier.ASSUMED: ("With assumptions", (0.25, 0.5, 1, 2, 4)),
}


def draw_sensitivity(settings: Mapping[str, Any], sensitivity: pd.DataFrame) -> Figure:
    """Draw the swing of each source with the others at their medians, largest on top.

    Each tier has a panel, with the first-order Sobol index at its right.
    """
    figure, panels = style.new_figure(height=4.2, ncols=2)
    own = sensitivity[sensitivity["method"] == settings["methods"]["headline"]]
    own = own.assign(swing=own["swing_high"] / own["swing_low"].clip(lower=1e-9))
    right = {"xycoords": ("axes fraction", "data"), "va": "center", "fontsize": 8}
    for axes, (tier, (title, ticks)) in zip(panels, PANELS.items(), strict=True):
        rows = own[own["tier"] == tier].sort_values("swing", ascending=False, kind="stable")
        for end, color in (("swing_low", SKY), ("swing_high", ORANGE)):
            axes.barh(range(len(rows)), rows[end] - 1, left=1, height=0.62, color=color)
        for place, index in enumerate(rows["first_order"].clip(lower=0)):
            axes.annotate(f"{index:.2f}", (1.02, place), **right)
        axes.annotate("Sobol", (1.02, -0.8), **right)
        axes.axvline(1, color=BLACK, lw=0.8)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(FixedLocator(ticks))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("")
        style.list_axis(axes, map(source_words, rows["source"]), fontsize=8)
        axes.set(title=title, xlabel="relative to the median", ylim=(len(rows) - 0.4, -1.1))
    return figure
