"""Publications that mention the dataset and training runs per year (Figure 6 of the paper)."""

import pandas as pd
from matplotlib.figure import Figure

from datafootprint.report.figures import style


def draw_runs(training_runs: pd.DataFrame) -> Figure:
    """Draw the table `training_runs`: the publications, and the runs that each method derives."""
    figure, (left, right) = style.new_figure(7.6, 3.9, ncols=2)
    publications = training_runs.groupby("year")["publications"].first()
    left.bar(publications.index, publications, color=style.GREY, width=0.7)
    left.set_ylabel("publications per year")
    left.set_title("Publications that mention the dataset")
    for method, look in style.METHOD_STYLES.items():
        own = training_runs[training_runs["method"] == method]
        right.plot(
            own["year"],
            own["runs"],
            ms=5,
            label=f"{style.words(method)}: {own['runs'].sum():,.0f} runs in all",
            **look,
        )
    right.set_ylim(0, None)
    right.set_ylabel("training runs per year")
    right.set_title("Training runs by method")
    right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), fontsize=8)
    for axes in (left, right):
        axes.yaxis.set_major_formatter(style.THOUSANDS)
        style.year_axis(axes, publications.index.tolist())
    return figure
