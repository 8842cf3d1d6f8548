"""Shares of the venue's papers: observed and continued (Figure 5 of the paper), model by model."""

from itertools import cycle
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
MODEL_LOOKS = (
    (style.BLUE, "o"),
    (style.SKY, "s"),
    (style.VERMILION, "^"),
    (style.GREEN, "D"),
    (style.ORANGE, "v"),
    (style.PURPLE, "P"),
)
SHARE_TITLES = {
    "trained_share_of_mentioning": "Trained, of papers that mention it",
    "trained_share": "Trained, of all accepted papers",
}


def draw_usage(projection: pd.DataFrame) -> Figure:
    """Draw counts and shares from the table `projection`, observed (filled) and projected (open).

    The left axis is logarithmic. Bands are 95% prediction intervals of a new year, dotted lines the
    95% confidence interval of the line.
    """
    figure, (left, right) = style.new_figure(7.6, 3.9, ncols=2)
    years = projection["year"].tolist()
    is_projected = projection["kind"] == "projected"
    # A model that needs more years than were observed has no trend.
    has_trend = bool(projection["trained_share_mean_low"].notna().any())
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
        if has_trend:
            bounds = percent[[f"{column}_mean_low", f"{column}_mean_high"]]
            right.plot(years, bounds, color=color, lw=0.8, ls=":")
    style.from_zero(right)
    right.set(title="Shares and their trend", ylabel="share in %")
    if has_trend:
        right.plot([], [], color=style.BLACK, lw=0.8, ls=":", label="95% of the line")
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
    """Draw the table `projection_compared`: a panel for each share that a method applies.

    Bars are 95% prediction intervals in the years to project.
    """
    figure, panels = style.new_figure(7.6, 4.1, ncols=2)
    years = sorted(compared["year"].unique())
    # Markers of one year are beside each other: 0.6 years wide on an axis of nine years.
    shifts = np.linspace(-0.3, 0.3, len(MODELS)) * len(years) / 9
    for axes, (share, title) in zip(panels, SHARE_TITLES.items(), strict=True):
        rows = compared[compared["share"] == share]
        for model, shift, look in zip(MODELS, shifts, cycle(MODEL_LOOKS), strict=False):
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
        axes.set(title=title, ylabel="share of papers")
        style.year_axis(axes, years)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=7, fontsize=8)
    return figure
