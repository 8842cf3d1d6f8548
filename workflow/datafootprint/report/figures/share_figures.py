"""Shares of the venue's papers: observed and continued, model by model."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from datafootprint.projection.models import MODELS
from datafootprint.report.figures import style
from datafootprint.report.figures.palette import BLACK, BLUE, GREEN, GREY, SKY

COUNTS = {
    "accepted": (GREY, "s", "accepted"),
    "mentioning": (SKY, "^", "mention the dataset"),
    "trained": (BLUE, "o", "trained from scratch"),
}
SHARES = {
    "mentioning_share": (SKY, "^", "mention / accepted"),
    "trained_share_of_mentioning": (GREEN, "D", "trained / mention"),
    "trained_share": (BLUE, "o", "trained / accepted"),
}
#: How far bands reach beyond their years, in years, so that a single year has a band.
BEYOND = 0.12
SHARE_TITLES = {
    "trained_share_of_mentioning": "Trained, of papers that mention it",
    "trained_share": "Trained, of all accepted papers",
}


def draw_usage(settings: Mapping[str, Any], projection: pd.DataFrame) -> Figure:
    """Draw counts and shares, observed (filled) and projected (open; Figure 5 of the paper).

    The left axis is logarithmic. Bands are 95% prediction intervals of a new year.
    """
    figure, (left, right) = style.new_figure(height=3.7, ncols=2)
    years = projection["year"].tolist()
    is_projected = projection["kind"] == "projected"
    for column, look in COUNTS.items():
        _draw_series(left, projection, column, is_projected & (column != "accepted"), *look)
    style.log_axis(left, "y")
    left.set(title="Papers of the venue", ylabel="papers per year")
    percent = projection.assign(**100 * projection.filter(regex="share"))
    for column, look in SHARES.items():
        _draw_series(right, percent, column, is_projected, *look)
    # From 0, with room above the highest.
    right.set(title="Shares", ylabel="share in %", ylim=(0, 1.05 * right.dataLim.ymax or 1))
    if is_projected.any():
        left.plot([], [], "o", ms=5, mec=BLACK, mfc="white", ls="", label="projected (open)")
        right.fill_between([], [], color=BLACK, alpha=0.18, lw=0, label="95% of a new year")
    for axes in (left, right):
        style.year_axis(axes, years)
        axes.legend(ncols=2, **style.BELOW)
    return figure


def _draw_series(
    axes: Axes, rows: pd.DataFrame, column: str, is_open: Any, color: str, marker: str, label: str
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


def draw_projection_compared(settings: Mapping[str, Any], compared: pd.DataFrame) -> Figure:
    """Draw what each model says about the last year, a panel for each share that a method applies.

    Bars are 95% prediction intervals, where the year is projected; the dotted line is the share
    that was observed last.
    """
    models = [model for model in MODELS if (compared["model"] == model).any()]
    figure, panels = style.new_figure(height=0.9 + 0.27 * len(models), ncols=2, sharey=True)
    last = compared["year"].max()
    for axes, (share, title) in zip(panels, SHARE_TITLES.items(), strict=True):
        rows = compared[compared["share"] == share].sort_values("year")
        own = rows[rows["year"] == last].set_index("model").reindex(models)
        percent = 100 * own[["mean", "low", "high"]]
        if own["observed"].isna().all():
            axes.hlines(range(len(models)), percent["low"], percent["high"], SKY, lw=4, alpha=0.7)
        axes.plot(percent["mean"], range(len(models)), "o", color=BLUE, ms=5)
        seen = rows.dropna(subset="observed").tail(1)
        for year, observed in zip(seen["year"], 100 * seen["observed"], strict=True):
            axes.axvline(observed, color=BLACK, ls=":", lw=1, label=f"observed in {year}")
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.28), fontsize=8)
        style.list_axis(axes, models)
        axes.set(title=title, xlabel=f"share in {last}, %", xlim=(0, None))
    return figure
