"""Papers a year that mention the dataset or trained on it (Figure 5 of the paper)."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from datafootprint.legacy_tables import Row
from datafootprint.report.figures import style

COUNTS = {
    "accepted": (style.GREY, "s", "accepted"),
    "mentioning": (style.SKY, "^", "mention the dataset"),
    "trained": (style.BLUE, "o", "trained from scratch"),
}
#: How far bands reach beyond their years, in years.
BEYOND = 0.12
SHARES = {
    "mentioning_share": (style.SKY, "^", "mention / accepted"),
    "trained_share_of_mentioning": (style.GREEN, "D", "trained / mention"),
    "trained_share": (style.BLUE, "o", "trained / accepted"),
}


def draw_usage(projection: Sequence[Row]) -> Figure:
    """Draw counts and shares, observed (filled) and projected (open), with 95% bands.

    Parameters
    ----------
    projection : rows
        The table `projection`.

    Returns
    -------
    Figure
        Two panels: papers a year on a logarithmic axis, and shares in percent. Bands are prediction
        intervals of a new year, dotted lines the confidence interval of the line.
    """
    figure, (left, right) = style.new_figure(7.6, 3.9, ncols=2)
    years = [row["year"] for row in projection]
    observed = [row for row in projection if row["kind"] == "observed"]
    projected = [row for row in projection if row["kind"] == "projected"]
    # Too few years for the model, and none to project, leave the trend out.
    has_trend = projection[0]["trained_share_mean_low"] is not None
    for column, (color, marker, label) in COUNTS.items():
        left.plot(years, [row[column] for row in projection], color=color, lw=1.2)
        counted = projection if column == "accepted" else observed
        _markers(left, counted, column, color, marker, 1, label)
        if column != "accepted":
            _markers(left, projected, column, color, marker, 1)
            _band(left, projected, column, color, 1)
    left.set_yscale("log")
    left.yaxis.set_minor_locator(LogLocator(subs=(2, 5)))
    for set_formatter in (left.yaxis.set_major_formatter, left.yaxis.set_minor_formatter):
        set_formatter(style.THOUSANDS)
    left.set_ylabel("papers a year")
    left.set_title("Papers of the venue")
    for column, (color, marker, label) in SHARES.items():
        right.plot(years, [100 * row[column] for row in projection], color=color, lw=1.2)
        _markers(right, observed, column, color, marker, 100, label)
        _markers(right, projected, column, color, marker, 100)
        _band(right, projected, column, color, 100)
        for bound in ("mean_low", "mean_high") if has_trend else ():
            values = [100 * row[f"{column}_{bound}"] for row in projection]
            right.plot(years, values, color=color, lw=0.8, ls=":")
    style.from_zero(right)
    right.set_ylabel("share in %")
    right.set_title("Shares and their trend")
    if has_trend:
        right.plot([], [], color=style.BLACK, lw=0.8, ls=":", label="95% of the line")
    if projected:
        left.plot([], [], "o", ms=5, mec=style.BLACK, mfc="white", ls="", label="projected (open)")
        right.fill_between([], [], color=style.BLACK, alpha=0.18, lw=0, label="95% of a new year")
    for axes in (left, right):
        style.year_axis(axes, years)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2, fontsize=8)
    return figure


def _markers(
    axes: Axes,
    rows: Sequence[Row],
    column: str,
    color: str,
    marker: str,
    factor: int,
    label: str | None = None,
) -> None:
    face = color if label else "white"
    values = [factor * row[column] for row in rows]
    years = [row["year"] for row in rows]
    axes.plot(years, values, marker, ms=5, mec=color, mfc=face, ls="", label=label)


def _band(axes: Axes, rows: Sequence[Row], column: str, color: str, factor: int) -> None:
    """Draw a band that reaches beyond its years, so that a single one has a width."""
    if not rows:
        return
    rows = [rows[0], *rows, rows[-1]]
    years = [row["year"] for row in rows]
    axes.fill_between(
        [years[0] - BEYOND, *years[1:-1], years[-1] + BEYOND],
        [factor * row[f"{column}_low"] for row in rows],
        [factor * row[f"{column}_high"] for row in rows],
        color=color,
        alpha=0.18,
        lw=0,
    )
