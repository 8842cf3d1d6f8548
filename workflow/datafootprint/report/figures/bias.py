"""Accuracy against data budget for the three samplings (Figures 4 and 9 of the paper)."""

import statistics
from collections.abc import Sequence

from matplotlib.figure import Figure

from datafootprint.legacy_tables import Row
from datafootprint.report.figures import style

SAMPLINGS = {
    "random": (style.VERMILION, "o"),
    "reweighted": (style.SKY, "s"),
    "balanced": (style.GREEN, "^"),
}


def draw_bias(rows: Sequence[Row]) -> Figure:
    """Draw aligned (dashed) and conflicted (solid) accuracy, one panel a majority share.

    Parameters
    ----------
    rows : rows
        The table `bias`.

    Returns
    -------
    Figure
        Means over the repeats; bars reach from the lowest to the highest repeat.
    """
    shares = sorted({row["majority_share"] for row in rows}, reverse=True)
    budgets = sorted({row["budget"] for row in rows})
    figure, panels = style.new_figure(
        1.2 + 2.3 * len(shares), 3.6, ncols=len(shares), sharey=True, squeeze=False
    )
    for axes, share in zip(panels[0], shares, strict=True):
        for sampling, (color, marker) in SAMPLINGS.items():
            for column, linestyle in (("conflicted_accuracy", "-"), ("aligned_accuracy", "--")):
                values = [
                    [
                        row[column]
                        for row in rows
                        if (row["majority_share"], row["budget"], row["sampling"])
                        == (share, budget, sampling)
                    ]
                    for budget in budgets
                ]
                means = [statistics.fmean(repeats) for repeats in values]
                axes.errorbar(
                    budgets,
                    means,
                    yerr=[
                        [m - min(v) for m, v in zip(means, values, strict=True)],
                        [max(v) - m for m, v in zip(means, values, strict=True)],
                    ],
                    color=color,
                    marker=marker,
                    ls=linestyle,
                    ms=4,
                    lw=1.2,
                    label=f"{sampling}, {column.removesuffix('_accuracy')}",
                )
        axes.set_title(f"majority {share:.0%}")
        axes.set_xscale("log")
        axes.set_xticks(budgets, [str(budget) for budget in budgets], fontsize=7.5)
        axes.minorticks_off()
        axes.set_xlabel("samples trained on")
    panels[0][0].set_ylabel("accuracy")
    panels[0][0].set_ylim(0, 1.02)
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=8)
    return figure
