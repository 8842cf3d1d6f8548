"""Which source of uncertainty moves the tonnes: swings one at a time."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from datafootprint.report.figures import style
from datafootprint.report.wording import source_words
from datafootprint.uncertainty.priors import Tier

TITLES = {
    Tier.MEASURED: "Statistical and measured errors",
    Tier.ASSUMED: "With assumptions",
}
TICKS = {
    Tier.MEASURED: (0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 2),
    Tier.ASSUMED: (0.25, 0.5, 0.7, 1, 1.4, 2, 3, 4),
}


def draw_tornado(sensitivity: pd.DataFrame, method: str) -> Figure:
    """Draw the swing of each source with the others at their medians, largest on top.

    Each tier has a panel, with the first-order Sobol index at its right.
    """
    figure, panels = style.new_figure(height=4.2, ncols=2)
    own = sensitivity[sensitivity["method"] == method]
    own = own.assign(swing=own["swing_high"] / own["swing_low"].clip(lower=1e-9))
    for axes, (tier, title) in zip(panels, TITLES.items(), strict=True):
        rows = own[own["tier"] == tier].sort_values("swing", kind="stable")
        places = range(len(rows))
        for end, color in (("swing_low", style.SKY), ("swing_high", style.ORANGE)):
            axes.barh(places, rows[end] - 1, left=1, height=0.62, color=color)
        for place, index in zip(places, rows["first_order"].clip(lower=0), strict=True):
            axes.annotate(
                f"{index:.2f}",
                (1.02, place),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=8,
            )
        axes.axvline(1, color=style.BLACK, lw=0.8)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(FixedLocator(TICKS[tier]))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("")
        axes.set_yticks(places, [source_words(source) for source in rows["source"]], fontsize=8)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=style.GRID)
        axes.grid(axis="y", visible=False)
        axes.set(title=title, xlabel="relative to the median")
        axes.annotate(
            "Sobol", (1.02, -0.02), xycoords="axes fraction", va="top", fontsize=8, style="italic"
        )
    return figure
