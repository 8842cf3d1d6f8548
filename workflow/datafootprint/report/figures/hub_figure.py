"""Datasets on the Hub by variant (Figure 7 of the paper)."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from datafootprint.hub.counts import OTHER
from datafootprint.report.figures import palette, style

VARIANT_COLORS = (
    *(palette.BLUE, palette.ORANGE, palette.GREEN, palette.VERMILION),
    *(palette.SKY, palette.PURPLE, palette.YELLOW, palette.BLACK),
)


def draw_hub(settings: Mapping[str, Any], counts: pd.DataFrame) -> Figure:
    """Draw the table `hub_counts`, stacked by variant.

    Without years of creation, as in the published counts, it is one bar: the paper does not print
    the year-by-year numbers behind its figure.
    """
    totals = counts.groupby("variant")["datasets"].sum().sort_values(ascending=False, kind="stable")
    totals = totals.loc[sorted(totals.index, key=lambda variant: variant == OTHER)]
    colored = zip(totals.index, cycle(VARIANT_COLORS), strict=False)
    colors = [palette.GREY if variant == OTHER else color for variant, color in colored]
    search = settings["hub"]["search"]
    named = f"with “{search}” in the identifier" if search else "in all"
    title = f"{totals.sum():,} datasets {named} on the Hub, {counts['retrieved'].max()}"
    dated = counts.dropna(subset="created_year")
    if dated.empty:
        return _draw_bar(totals, colors, title)
    by_year = dated.pivot_table(
        index="created_year", columns="variant", values="datasets", aggfunc="sum"
    )
    by_year = by_year.reindex(columns=totals.index).fillna(0)
    of_year = dated.groupby("created_year")
    is_running = of_year["complete"].agg(lambda complete: bool(complete.eq(False).any()))
    is_floored = of_year["datasets_at_floor"].agg(lambda floored: bool((floored > 0).any()))
    figure, axes = style.new_figure(height=3.9)
    bases = by_year.cumsum(axis=1) - by_year
    for (variant, total), color in zip(totals.items(), colors, strict=True):
        label = f"{variant}: {total:,}"
        looks = {"color": color, "label": label, **style.bar_looks(is_running)}
        axes.bar(by_year.index, by_year[variant], 0.7, bases[variant], **looks)
    axes.yaxis.set_major_formatter(style.THOUSANDS)
    axes.set(title=title, ylabel="datasets created in the year")
    labels = by_year.index.astype(str) + np.where(is_floored, "\nand\nearlier", "")
    axes.set_xticks(by_year.index, labels + np.where(is_running, "\nso far", ""))
    axes.tick_params(axis="x", length=0)
    axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5), reverse=True)
    return figure


def _draw_bar(totals: pd.Series, colors: Sequence[str], title: str) -> Figure:
    figure, axes = style.new_figure(height=0.75 + 0.32 * len(totals))
    bars = axes.barh(totals.index, totals, 0.6, color=colors)
    axes.bar_label(bars, [f"{total:,}" for total in totals], padding=4)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set(title=title, xlim=(0, 1.12 * totals.max()), xticks=[])
    return figure
