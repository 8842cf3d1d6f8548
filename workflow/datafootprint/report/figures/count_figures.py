"""Counts by year: publications, training runs, and datasets on the Hub (Figures 6 and 7)."""

from collections.abc import Sequence
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from datafootprint.hub.counts import OTHER
from datafootprint.report.figures import style
from datafootprint.report.wording import method_title
from datafootprint.tables import records_of

VARIANT_COLORS = (
    style.BLUE,
    style.ORANGE,
    style.GREEN,
    style.VERMILION,
    style.SKY,
    style.PURPLE,
    style.YELLOW,
    style.BLACK,
)


def draw_runs(training_runs: pd.DataFrame) -> Figure:
    """Draw the table `training_runs`: the publications, and the runs that each method derives."""
    figure, (left, right) = style.new_figure(height=3.7, ncols=2)
    publications = training_runs.groupby("year")["publications"].first()
    left.bar(publications.index, publications, color=style.GREY, width=0.7)
    left.set(title="Publications that mention the dataset", ylabel="publications per year")
    for method, look in style.styles_of(training_runs).items():
        own = training_runs[training_runs["method"] == method]
        right.plot(
            own["year"],
            own["runs"],
            ms=5,
            label=f"{method_title(method)}: {own['runs'].sum():,.0f} in all",
            **look,
        )
    right.set(title="Training runs by method", ylabel="training runs per year", ylim=(0, None))
    right.legend(**style.BELOW)
    for axes in (left, right):
        axes.yaxis.set_major_formatter(style.THOUSANDS)
        style.year_axis(axes, publications.index.tolist())
    return figure


def draw_classification_check(check: pd.DataFrame) -> Figure:
    """Draw the table `classification_check`: published counts beside those of papers read."""
    years = sorted(check["year"].unique())
    figure, panels = style.new_figure(height=2.4, ncols=len(years), sharey=True)
    for axes, year in zip(np.atleast_1d(panels), years, strict=True):
        rows = check[check["year"] == year].reset_index(drop=True)
        bounds = [rows["read"] - rows["low"], rows["high"] - rows["read"]]
        axes.barh(rows.index, rows["read"], xerr=bounds, color=style.BLUE, height=0.6, label="read")
        printed = rows[rows["published"].notna()]
        axes.plot(
            *(printed["published"].astype(float), printed.index),
            *("D",),
            color=style.VERMILION,
            label="published",
        )
        axes.set_yticks(rows.index, rows["quantity"])
        axes.set(title=str(year), xlabel="papers", ylim=(len(rows) - 0.5, -0.5))
        axes.grid(axis="x")
        axes.grid(axis="y", visible=False)
    np.atleast_1d(panels)[-1].legend(loc="lower right", fontsize=8)
    return figure


def draw_publications_compared(compared: pd.DataFrame, factor: float) -> Figure:
    """Draw the table `publications_compared`: both counts, and their ratio.

    The band of the ratio is from 1 / `factor` to `factor`. Hatched bars and hollow markers are
    years that were not over.
    """
    figure, (left, right) = style.new_figure(height=3.7, ncols=2)
    sources = {
        "": (compared["source"].iloc[0], style.BLUE),
        "_compared": (compared["compared_with"].iloc[0], style.ORANGE),
    }
    is_running = compared["complete"].eq(False).fillna(False)
    for (suffix, (source, color)), shift in zip(sources.items(), (-0.2, 0.2), strict=True):
        bars = left.bar(
            compared["year"] + shift,
            compared[f"publications{suffix}"].fillna(0),
            width=0.38,
            color=color,
            label=source,
        )
        style.hatch(bars, is_running)
        known = compared.dropna(subset=f"full_text_coverage{suffix}")
        if not known.empty:
            right.plot(
                known["year"],
                known[f"full_text_coverage{suffix}"],
                color=color,
                ls=":",
                marker=".",
                label=f"share of works {source} can search in full",
            )
    left.yaxis.set_major_formatter(style.THOUSANDS)
    left.set(title="Publications that mention the dataset", ylabel="publications per year")
    _draw_ratios(right, compared.assign(is_running=is_running).dropna(subset="ratio"), factor)
    names = [source for source, _ in sources.values()]
    right.set(title=f"{names[1]} / {names[0]}", ylabel="ratio (no unit)", ylim=(0, None))
    for axes in (left, right):
        axes.legend(**style.BELOW)
        style.year_axis(axes, compared["year"].tolist())
    return figure


def _draw_ratios(axes: Axes, rows: pd.DataFrame, factor: float) -> None:
    axes.axhspan(1 / factor, factor, color=style.BAND, lw=0, label=f"within a factor of {factor:g}")
    axes.axhline(1, color=style.GREY, lw=0.8)
    axes.plot(rows["year"], rows["ratio"], color=style.BLACK, lw=1)
    outside = rows["agree"].eq(False).fillna(False)
    for row in records_of(rows.assign(outside=outside)):
        axes.plot(
            row["year"],
            row["ratio"],
            marker="X" if row["outside"] else "o",
            ms=7,
            ls="",
            mec=style.VERMILION if row["outside"] else style.BLACK,
            mfc="white" if row["is_running"] else style.BLACK,
        )
    if outside.any():
        axes.plot([], [], "X", mec=style.VERMILION, mfc=style.BLACK, ms=7, label="outside of it")


def draw_hub(counts: pd.DataFrame, search: str) -> Figure:
    """Draw the table `hub_counts`, stacked by variant.

    Without years of creation, as in the published counts, it is one bar: the paper does not print
    the year-by-year numbers behind its figure. `search` is the search term, for the title.
    """
    totals = counts.groupby("variant")["datasets"].sum().sort_values(ascending=False, kind="stable")
    totals = totals.loc[sorted(totals.index, key=lambda variant: variant == OTHER)]
    palette = zip(totals.index, cycle(VARIANT_COLORS), strict=False)
    colors = [style.GREY if variant == OTHER else color for variant, color in palette]
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
        heights, bottom = by_year[variant], bases[variant]
        bars = axes.bar(by_year.index, heights, 0.7, bottom, color=color, label=label)
        style.hatch(bars, is_running)
    axes.yaxis.set_major_formatter(style.THOUSANDS)
    axes.set(title=title, ylabel="datasets created in the year")
    labels = by_year.index.astype(str)
    labels = labels + np.where(is_floored, "\nand\nearlier", "")
    axes.set_xticks(by_year.index, labels + np.where(is_running, "\nso far", ""))
    axes.tick_params(axis="x", length=0)
    handles, names = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], names[::-1], fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
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
