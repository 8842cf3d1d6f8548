"""Accuracy against data budget for the three samplings (Figures 4 and 9 of the paper)."""

import pandas as pd
from matplotlib.figure import Figure

from datafootprint.report.figures import style
from datafootprint.report.figures.palette import GREEN, SKY, VERMILION
from lab.bias_experiment import SAMPLINGS

LOOKS = ((VERMILION, "o"), (SKY, "s"), (GREEN, "^"))


def draw_bias(accuracies: pd.DataFrame) -> Figure:
    """Draw the table `bias`: aligned (dashed) and conflicted (solid) accuracy by majority share.

    Markers are means over the repeats; bars reach from the lowest to the highest repeat.
    """
    panels = list(accuracies.groupby("majority_share"))[::-1]
    figure, grid = style.new_figure(
        1.2 + 2.3 * len(panels), 3.6, ncols=len(panels), sharey=True, squeeze=False
    )
    budgets = sorted(accuracies["budget"].unique())
    for axes, (share, rows) in zip(grid[0], panels, strict=True):
        for sampling, (color, marker) in zip(SAMPLINGS, LOOKS, strict=True):
            by_budget = rows[rows["sampling"] == sampling].groupby("budget")
            for group, linestyle in (("conflicted", "-"), ("aligned", "--")):
                found = by_budget[f"{group}_accuracy"].agg(["mean", "min", "max"])
                axes.errorbar(
                    found.index,
                    found["mean"],
                    yerr=[found["mean"] - found["min"], found["max"] - found["mean"]],
                    color=color,
                    marker=marker,
                    ls=linestyle,
                    ms=4,
                    lw=1.2,
                    label=f"{sampling}, {group}",
                )
        axes.set(title=f"majority {share:.0%}", xlabel="samples trained on", xscale="log")
        axes.set_xticks(budgets, [str(budget) for budget in budgets], fontsize=7.5)
        axes.minorticks_off()
    grid[0][0].set(ylabel="accuracy", ylim=(0, 1.02))
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=8)
    return figure
