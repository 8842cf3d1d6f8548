"""Shares of the venue's papers: observed and continued (Figure 5 of the paper), model by model."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from datafootprint.projection.models import MODELS
from datafootprint.report.figures import style

COUNTS = {
    "accepted": (style.GREY, "s", "accepted"),
    "mentioning": (style.SKY, "^", "mention the dataset"),
    "trained": (style.BLUE, "o", "trained from scratch"),
}
SHARES = {
    "mentioning_share": (style.SKY, "^", "mention / accepted"),
    "trained_share_of_mentioning": (style.GREEN, "D", "trained / mention"),
    "trained_share": (style.BLUE, "o", "trained / accepted"),
}
#: How far bands reach beyond their years, in years, so that a single year has a band.
BEYOND = 0.12
SHARE_TITLES = {
    "trained_share_of_mentioning": "Trained, of papers that mention it",
    "trained_share": "Trained, of all accepted papers",
}


def draw_usage(projection: pd.DataFrame) -> Figure:
    """Draw counts and shares from the table `projection`, observed (filled) and projected (open).

    The left axis is logarithmic. Bands are 95% prediction intervals of a new year.
    """
    figure, (left, right) = style.new_figure(height=3.7, ncols=2)
    years = projection["year"].tolist()
    is_projected = projection["kind"] == "projected"
    for column, (color, marker, label) in COUNTS.items():
        is_open = is_projected & (column != "accepted")
        _draw_series(left, projection, column, is_open, color, marker, label)
    left.set_yscale("log", subs=(2, 5))
    left.yaxis.set_major_formatter(style.THOUSANDS)
    left.yaxis.set_minor_formatter(style.THOUSANDS)
    left.set(title="Papers of the venue", ylabel="papers per year")
    percent = projection.assign(**100 * projection.filter(regex="share"))
    for column, (color, marker, label) in SHARES.items():
        _draw_series(right, percent, column, is_projected, color, marker, label)
    style.from_zero(right)
    right.set(title="Shares", ylabel="share in %")
    if is_projected.any():
        left.plot([], [], "o", ms=5, mec=style.BLACK, mfc="white", ls="", label="projected (open)")
        right.fill_between([], [], color=style.BLACK, alpha=0.18, lw=0, label="95% of a new year")
    for axes in (left, right):
        style.year_axis(axes, years)
        axes.legend(ncols=2, **style.BELOW)
    return figure


def _draw_series(
    axes: Axes,
    rows: pd.DataFrame,
    column: str,
    is_open: pd.Series,
    color: str,
    marker: str,
    label: str,
) -> None:
    """Draw a line with filled markers, open ones and a band where it is projected."""
    axes.plot(rows["year"], rows[column], color=color, lw=1.2)
    marks: dict[str, Any] = {"marker": marker, "ms": 5, "mec": color, "ls": ""}
    filled, opened = rows[~is_open], rows[is_open]
    axes.plot(filled["year"], filled[column], mfc=color, label=label, **marks)
    axes.plot(opened["year"], opened[column], mfc="white", **marks)
    if not opened.empty:
        band = pd.concat([opened.head(1), opened, opened.tail(1)])
        years = band["year"] + [-BEYOND, *[0] * len(opened), BEYOND]
        low, high = band[f"{column}_low"], band[f"{column}_high"]
        axes.fill_between(years, low, high, color=color, alpha=0.18, lw=0)


def draw_models(compared: pd.DataFrame) -> Figure:
    """Draw the table `projection_compared`: what each model says about its last year.

    A panel for each share that a method applies. Bars are 95% prediction intervals, where the year
    is projected; the dotted line is the share that was observed last.
    """
    models = [model for model in MODELS if (compared["model"] == model).any()]
    figure, panels = style.new_figure(height=0.9 + 0.27 * len(models), ncols=2, sharey=True)
    last = compared["year"].max()
    for axes, (share, title) in zip(panels, SHARE_TITLES.items(), strict=True):
        rows = compared[compared["share"] == share]
        own = rows[rows["year"] == last].set_index("model").reindex(models)
        places = np.arange(len(models))
        percent = 100 * own[["mean", "low", "high"]]
        if own["observed"].isna().all():
            axes.hlines(places, percent["low"], percent["high"], color=style.SKY, lw=4, alpha=0.7)
        axes.plot(percent["mean"], places, "o", color=style.BLUE, ms=5)
        seen = rows.dropna(subset="observed").sort_values("year")
        if not seen.empty:
            year, observed = seen["year"].iloc[-1], 100 * seen["observed"].iloc[-1]
            axes.axvline(observed, color=style.BLACK, ls=":", lw=1, label=f"observed in {year}")
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.28), fontsize=8)
        axes.set_yticks(places, models)
        axes.set_ylim(len(models) - 0.5, -0.5)
        axes.set(title=title, xlabel=f"share in {last}, %", xlim=(0, None))
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
        axes.grid(axis="y", visible=False)
    return figure
