"""Publications a year in two sources, their ratio, and how much of the full text is searched."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from datafootprint.legacy_tables import Row
from datafootprint.report.figures import style


def draw_publications_compared(rows: Sequence[Row], factor: float) -> Figure:
    """Draw both counts, and their ratio with the band in which they agree.

    Parameters
    ----------
    rows : rows
        The table `publications_compared`.
    factor : float
        Half-width of the band: from 1 / `factor` to `factor`.

    Returns
    -------
    Figure
        Hatched bars and hollow markers are years that were not over.
    """
    figure, (left, right) = style.new_figure(8.6, 3.8, ncols=2)
    _draw_counts(left, rows)
    _draw_ratios(right, rows, factor)
    for axes in (left, right):
        style.year_axis(axes, [row["year"] for row in rows])
    return figure


def _draw_counts(axes: Axes, rows: Sequence[Row]) -> None:
    years = [row["year"] for row in rows]
    for column, name, color, shift in (
        ("publications", rows[0]["source"], style.BLUE, -0.2),
        ("publications_compared", rows[0]["compared_with"], style.ORANGE, 0.2),
    ):
        bars = axes.bar(
            [year + shift for year in years],
            [row[column] or 0 for row in rows],
            width=0.38,
            color=color,
            label=name,
        )
        for row, bar in zip(rows, bars, strict=True):
            if row["complete"] is False:
                bar.set(hatch="///", edgecolor="white", linewidth=0)
    axes.yaxis.set_major_formatter(style.THOUSANDS)
    axes.set_ylabel("publications a year")
    axes.set_title("Publications that mention the dataset")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), fontsize=8)


def _draw_ratios(axes: Axes, rows: Sequence[Row], factor: float) -> None:
    axes.axhspan(1 / factor, factor, color="#e8e8e8", lw=0, label=f"within a factor of {factor:g}")
    axes.axhline(1, color=style.GREY, lw=0.8)
    both = [row for row in rows if row["ratio"] is not None]
    axes.plot(
        [row["year"] for row in both], [row["ratio"] for row in both], color=style.BLACK, lw=1
    )
    for row in both:
        axes.plot(
            row["year"],
            row["ratio"],
            marker="X" if row["agree"] is False else "o",
            ms=7,
            ls="",
            mec=style.VERMILION if row["agree"] is False else style.BLACK,
            mfc="white" if row["complete"] is False else style.BLACK,
        )
    if any(row["agree"] is False for row in both):
        axes.plot([], [], "X", mec=style.VERMILION, mfc=style.BLACK, ms=7, label="outside of it")
    for column, name, color in (
        ("full_text_coverage", rows[0]["source"], style.BLUE),
        ("full_text_coverage_compared", rows[0]["compared_with"], style.ORANGE),
    ):
        known = [row for row in rows if row[column] is not None]
        if known:
            axes.plot(
                [row["year"] for row in known],
                [row[column] for row in known],
                color=color,
                ls=":",
                marker=".",
                label=f"share of works {name} can search in full",
            )
    axes.set_ylim(0, None)
    axes.set_ylabel("ratio (no unit)")
    axes.set_title(f"{rows[0]['compared_with']} / {rows[0]['source']}")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), fontsize=8)
