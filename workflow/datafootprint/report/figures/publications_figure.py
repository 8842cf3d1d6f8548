"""Publications per year in two sources, their ratio, and the share of full texts searched."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from datafootprint.report.figures import style
from datafootprint.tables import records_of


def draw_publications_compared(compared: pd.DataFrame, factor: float) -> Figure:
    """Draw the table `publications_compared`: both counts, and their ratio.

    The band of the ratio is from 1 / `factor` to `factor`. Hatched bars and hollow markers are
    years that were not over.
    """
    figure, (left, right) = style.new_figure(8.6, 3.8, ncols=2)
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
    left.set_ylabel("publications per year")
    left.set_title("Publications that mention the dataset")
    _draw_ratios(right, compared.assign(is_running=is_running).dropna(subset="ratio"), factor)
    right.set_ylim(0, None)
    right.set_ylabel("ratio (no unit)")
    right.set_title(" / ".join(source for source, _ in reversed(sources.values())))
    for axes in (left, right):
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), fontsize=8)
        style.year_axis(axes, compared["year"].tolist())
    return figure


def _draw_ratios(axes: Axes, rows: pd.DataFrame, factor: float) -> None:
    axes.axhspan(1 / factor, factor, color="#e8e8e8", lw=0, label=f"within a factor of {factor:g}")
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
