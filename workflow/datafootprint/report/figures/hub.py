"""Datasets on the Hugging Face Hub by variant and, where known, year of creation (Figure 7)."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from datafootprint.hub.counts import OTHER
from datafootprint.legacy_tables import Row
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


def draw_hub(counts: Sequence[Row], search: str) -> Figure:
    """Draw the datasets, stacked by variant.

    Parameters
    ----------
    counts : rows
        The table `hub_counts`. Without years of creation, as in the published counts, one bar is
        drawn; the year-by-year numbers behind the paper's figure are not printed.
    search : str
        The search term, for the title.

    Returns
    -------
    Figure
    """
    years = sorted({row["created_year"] for row in counts} - {None})
    totals: dict[str, int] = {}
    for row in counts:
        totals[row["variant"]] = totals.get(row["variant"], 0) + row["datasets"]
    variants = sorted(totals, key=lambda name: (name == OTHER, -totals[name], name))
    colors = {name: COLORS[i % len(COLORS)] for i, name in enumerate(variants)}
    colors[OTHER] = style.GREY
    total = sum(totals.values())
    day = max(row["retrieved"] for row in counts)
    named = f"with “{search}” in the identifier" if search else "in all"
    title = f"{total:,} datasets {named} on the Hub, {day}"
    if not years:
        return _one_bar(totals, variants, colors, title)
    figure, axes = style.new_figure(7.2, 3.9)
    base = dict.fromkeys(years, 0)
    running = {row["created_year"] for row in counts if row["complete"] is False}
    for name in variants:
        heights = dict.fromkeys(years, 0)
        for row in counts:
            if row["variant"] == name and row["created_year"] is not None:
                heights[row["created_year"]] += row["datasets"]
        bars = axes.bar(
            years,
            [heights[year] for year in years],
            bottom=[base[year] for year in years],
            color=colors[name],
            width=0.7,
            label=f"{name}: {totals[name]:,}",
        )
        for year, bar in zip(years, bars, strict=True):
            if year in running:
                bar.set(hatch="///", edgecolor="white", linewidth=0)
            base[year] += heights[year]
    axes.yaxis.set_major_formatter(style.THOUSANDS)
    axes.set_ylabel("datasets created in the year")
    axes.set_title(title)
    floored = {row["created_year"] for row in counts if row["datasets_at_floor"]}
    labels = []
    for year in years:
        earlier = ["and", "earlier"] if year in floored else []
        labels.append("\n".join([str(year), *earlier, *(["so far"] if year in running else [])]))
    axes.set_xticks(years, labels)
    axes.tick_params(axis="x", length=0)
    handles, names = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], names[::-1], fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def _one_bar(
    totals: dict[str, int], variants: Sequence[str], colors: dict[str, str], title: str
) -> Figure:
    figure, axes = style.new_figure(7.2, 1.7)
    left = 0
    for name in variants:
        axes.barh([0], [totals[name]], left=left, color=colors[name], height=0.6)
        axes.text(
            left + totals[name] / 2,
            0,
            f"{name}\n{totals[name]:,}",
            ha="center",
            va="center",
            color="white",
            fontweight="bold",
        )
        left += totals[name]
    axes.set_yticks([])
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(style.THOUSANDS)
    axes.set_xlim(0, left)
    axes.set_xlabel("datasets")
    axes.set_title(title)
    return figure
