"""Counts of publications, training runs, and papers read."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from datafootprint.literature.methods import METHODS
from datafootprint.report.figures import style
from datafootprint.report.figures.palette import (
    BAND,
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    VERMILION,
)
from datafootprint.report.wording import method_title

#: How each method of the estimate is drawn.
LOOKS = (("s--", VERMILION), ("^:", ORANGE), ("o-", BLUE), ("D-.", GREEN))


def draw_training_runs(settings: Mapping[str, Any], training_runs: pd.DataFrame) -> Figure:
    """Draw the publications, and the runs that each method derives (Figure 6 of the paper)."""
    figure, (left, right) = style.new_figure(height=3.7, ncols=2)
    publications = training_runs.groupby("year")["publications"].first()
    left.bar(publications.index, publications, color=GREY, width=0.7)
    left.set(title="Publications that mention the dataset", ylabel="publications per year")
    for method, (look, color) in zip(METHODS, LOOKS, strict=True):
        own = training_runs[training_runs["method"] == method]
        if own.empty:
            continue
        label = f"{method_title(method)}: {own['runs'].sum():,.0f} in all"
        right.plot(own["year"], own["runs"], look, color=color, ms=5, label=label)
    right.set(title="Training runs by method", ylabel="training runs per year", ylim=(0, None))
    right.legend(**style.BELOW)
    for axes in (left, right):
        axes.yaxis.set_major_formatter(style.THOUSANDS)
        style.year_axis(axes, publications.index.tolist())
    return figure


def draw_classification_check(settings: Mapping[str, Any], check: pd.DataFrame) -> Figure:
    """Draw the published counts beside those of papers read."""
    years = sorted(check["year"].unique())
    figure, panels = style.new_figure(height=2.4, ncols=len(years), sharey=True, squeeze=False)
    for axes, year in zip(panels.flat, years, strict=True):
        rows = check[check["year"] == year].reset_index(drop=True)
        bounds = [rows["read"] - rows["low"], rows["high"] - rows["read"]]
        axes.barh(rows.index, rows["read"], xerr=bounds, color=BLUE, height=0.6, label="read")
        printed = rows.dropna(subset="published")
        counted = printed["published"].astype(float)
        axes.plot(counted, printed.index, "D", color=VERMILION, label="published")
        style.list_axis(axes, rows["quantity"])
        axes.set(title=str(year), xlabel="papers")
    panels.flat[-1].legend(loc="lower right", fontsize=8)
    return figure


def draw_publications_compared(settings: Mapping[str, Any], compared: pd.DataFrame) -> Figure:
    """Draw both counts of publications, and their ratio.

    The band is where they agree. Hatched bars are years that were not over.
    """
    factor = settings["literature"]["disagreement_factor"]
    figure, (left, right) = style.new_figure(height=3.7, ncols=2)
    names = (compared["source"].iloc[0], compared["compared_with"].iloc[0])
    is_running = compared["complete"].eq(False).fillna(False)
    for suffix, source, color, shift in zip(
        ("", "_compared"), names, (BLUE, ORANGE), (-0.2, 0.2), strict=True
    ):
        counted = compared[f"publications{suffix}"].fillna(0)
        looks = {"color": color, "label": source, **style.bar_looks(is_running)}
        left.bar(compared["year"] + shift, counted, 0.38, **looks)
        known = compared.dropna(subset=f"full_text_coverage{suffix}")
        if not known.empty:
            label = f"share of works {source} can search in full"
            coverage = known[f"full_text_coverage{suffix}"]
            right.plot(known["year"], coverage, ".:", color=color, label=label)
    left.yaxis.set_major_formatter(style.THOUSANDS)
    left.set(title="Publications that mention the dataset", ylabel="publications per year")
    right.axhspan(1 / factor, factor, color=BAND, lw=0, label=f"within a factor of {factor:g}")
    right.axhline(1, color=GREY, lw=0.8)
    rated = compared.dropna(subset="ratio")
    right.plot(rated["year"], rated["ratio"], "o-", color=BLACK, lw=1)
    outside = rated[rated["agree"].eq(False).fillna(False)]
    if not outside.empty:
        right.plot(outside["year"], outside["ratio"], "X", color=VERMILION, ms=9, label="outside")
    right.set(title=f"{names[1]} / {names[0]}", ylabel="ratio (no unit)", ylim=(0, None))
    for axes in (left, right):
        axes.legend(**style.BELOW)
        style.year_axis(axes, compared["year"].tolist())
    return figure
