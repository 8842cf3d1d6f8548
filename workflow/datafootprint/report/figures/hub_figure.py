"""Datasets on the Hugging Face Hub by variant and, where known, year of creation (Figure 7)."""

from collections.abc import Mapping
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from datafootprint.hub.counts import OTHER
from datafootprint.report.figures import style

COLORS = (
    style.BLUE,
    style.ORANGE,
    style.GREEN,
    style.VERMILION,
    style.SKY,
    style.PURPLE,
    "#F0E442",
    style.BLACK,
)


def draw_hub(counts: pd.DataFrame, search: str) -> Figure:
    """Draw the table `hub_counts`, stacked by variant.

    Without years of creation, as in the published counts, it is one bar: the paper does not print
    the year-by-year numbers behind its figure. `search` is the search term, for the title.
    """
    totals = counts.groupby("variant")["datasets"].sum().sort_values(ascending=False, kind="stable")
    totals = totals.loc[sorted(totals.index, key=lambda variant: variant == OTHER)]
    colors = dict(zip(totals.index, cycle(COLORS), strict=False)) | {OTHER: style.GREY}
    named = f"with “{search}” in the identifier" if search else "in all"
    title = f"{totals.sum():,} datasets {named} on the Hub, {counts['retrieved'].max()}"
    dated = counts.dropna(subset="created_year")
    if dated.empty:
        return _draw_bar(totals, colors, title)
    by_year = dated.pivot_table(
        index="created_year", columns="variant", values="datasets", aggfunc="sum", fill_value=0
    )
    of_year = dated.groupby("created_year")
    is_running = of_year["complete"].agg(lambda complete: bool(complete.eq(False).any()))
    is_floored = of_year["datasets_at_floor"].agg(lambda floored: bool((floored > 0).any()))
    figure, axes = style.new_figure(7.2, 3.9)
    base = by_year.iloc[:, 0] * 0
    for variant, total in totals.items():
        heights = by_year.get(variant, base * 0)
        bars = axes.bar(
            by_year.index,
            heights,
            bottom=base,
            color=colors[variant],
            width=0.7,
            label=f"{variant}: {total:,}",
        )
        style.hatch(bars, is_running)
        base += heights
    axes.yaxis.set_major_formatter(style.THOUSANDS)
    axes.set_ylabel("datasets created in the year")
    axes.set_title(title)
    labels = by_year.index.astype(str)
    labels = labels + np.where(is_floored, "\nand\nearlier", "")
    axes.set_xticks(by_year.index, labels + np.where(is_running, "\nso far", ""))
    axes.tick_params(axis="x", length=0)
    handles, names = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], names[::-1], fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def _draw_bar(totals: pd.Series, colors: Mapping[Any, str], title: str) -> Figure:
    figure, axes = style.new_figure(7.2, 1.7)
    left = 0
    for variant, total in totals.items():
        axes.barh([0], [total], left=left, color=colors[variant], height=0.6)
        axes.text(
            left + total / 2,
            0,
            f"{variant}\n{total:,}",
            ha="center",
            va="center",
            color="white",
            fontweight="bold",
        )
        left += total
    axes.set_yticks([])
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(style.THOUSANDS)
    axes.set_xlim(0, left)
    axes.set_xlabel("datasets")
    axes.set_title(title)
    return figure
