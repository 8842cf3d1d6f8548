"""Publications that mention the dataset and training runs a year (Figure 6 of the paper)."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from datafootprint.legacy_tables import Row
from datafootprint.literature.runs import total_runs
from datafootprint.report.figures import style


def draw_runs(training_runs: Sequence[Row]) -> Figure:
    """Draw the publications, and the runs that each method derives from them.

    Parameters
    ----------
    training_runs : rows
        The table `training_runs`.

    Returns
    -------
    Figure
        Two panels with years in common; the legend gives each method's total.
    """
    figure, (left, right) = style.new_figure(7.6, 3.9, ncols=2)
    totals = total_runs(pd.DataFrame(training_runs))
    years = sorted({row["year"] for row in training_runs})
    publications = {row["year"]: row["publications"] for row in training_runs}
    left.bar(years, [publications[year] for year in years], color=style.GREY, width=0.7)
    left.yaxis.set_major_formatter(style.THOUSANDS)
    left.set_ylabel("publications a year")
    left.set_title("Publications that mention the dataset")
    for method, drawn in style.METHOD_STYLES.items():
        rows = [row for row in training_runs if row["method"] == method]
        right.plot(
            [row["year"] for row in rows],
            [row["runs"] for row in rows],
            color=drawn.color,
            marker=drawn.marker,
            ls=drawn.linestyle,
            ms=5,
            label=f"{drawn.label}: {totals[method]:,.0f} runs in all",
        )
    right.set_ylim(0, None)
    right.yaxis.set_major_formatter(style.THOUSANDS)
    right.set_ylabel("training runs a year")
    right.set_title("Training runs by method")
    right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), fontsize=8)
    for axes in (left, right):
        style.year_axis(axes, years)
    return figure
