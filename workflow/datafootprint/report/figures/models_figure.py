"""The models of the projection side by side."""

from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from datafootprint.projection.models import MODELS
from datafootprint.report.figures import style

LOOKS = (
    (style.BLUE, "o"),
    (style.SKY, "s"),
    (style.VERMILION, "^"),
    (style.GREEN, "D"),
    (style.ORANGE, "v"),
    (style.PURPLE, "P"),
)
TITLES = {
    "trained_share_of_mentioning": "Trained, of papers that mention it",
    "trained_share": "Trained, of all accepted papers",
}


def draw_models(compared: pd.DataFrame) -> Figure:
    """Draw the table `projection_compared`: a panel for each share that a method applies.

    Bars are 95% prediction intervals in the years to project.
    """
    figure, panels = style.new_figure(7.6, 4.1, ncols=2)
    years = sorted(compared["year"].unique())
    # Markers of one year are beside each other: 0.6 years wide on an axis of nine years.
    shifts = np.linspace(-0.3, 0.3, len(MODELS)) * len(years) / 9
    for axes, (share, title) in zip(panels, TITLES.items(), strict=True):
        rows = compared[compared["share"] == share]
        for model, shift, look in zip(MODELS, shifts, cycle(LOOKS), strict=False):
            own = rows[rows["model"] == model]
            ahead = own[own["observed"].isna()]
            if own.empty:
                continue
            color, marker = look
            label = model if ahead.empty else None
            axes.plot(own["year"], own["mean"], color=color, lw=0.9, label=label)
            if not ahead.empty:
                mean = ahead["mean"]
                bars = np.maximum([mean - ahead["low"], ahead["high"] - mean], 0)
                axes.errorbar(
                    ahead["year"] + shift,
                    mean,
                    yerr=bars,
                    color=color,
                    marker=marker,
                    ms=4,
                    ls="none",
                    elinewidth=1,
                    label=model,
                )
        seen = rows.dropna(subset="observed").drop_duplicates("year")
        axes.plot(
            seen["year"], seen["observed"], color=style.BLACK, marker="o", ls="", label="observed"
        )
        style.from_zero(axes)
        axes.set_ylabel("share of papers")
        axes.set_title(title)
        style.year_axis(axes, years)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=7, fontsize=8)
    return figure
