"""The models of the projection side by side."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from datafootprint.legacy_tables import Row
from datafootprint.report.figures import style

#: Model -> colour, marker, distance from its year on an axis of nine years.
MODEL_STYLES = {
    "ols": (style.BLUE, "o", -0.3),
    "wls": (style.SKY, "s", -0.18),
    "logit": (style.VERMILION, "^", -0.06),
    "constant": (style.GREEN, "D", 0.06),
    "last": (style.ORANGE, "v", 0.18),
    "bayes": (style.PURPLE, "P", 0.3),
}
TITLES = {
    "trained_share_of_mentioning": "Trained, of papers that mention it",
    "trained_share": "Trained, of all accepted papers",
}


def draw_models(compared: Sequence[Row]) -> Figure:
    """Draw what each model says, with 95% prediction intervals in the years to project.

    Parameters
    ----------
    compared : rows
        The table `projection_compared`.

    Returns
    -------
    Figure
        A panel for each share that a method applies.
    """
    figure, panels = style.new_figure(7.6, 4.1, ncols=2)
    years = sorted({row["year"] for row in compared})
    spread = len(years) / 9
    for axes, (share, title) in zip(panels, TITLES.items(), strict=True):
        rows = [row for row in compared if row["share"] == share]
        seen = {row["year"]: row["observed"] for row in rows if row["observed"] is not None}
        for model, (color, marker, shift) in MODEL_STYLES.items():
            own = [row for row in rows if row["model"] == model]
            ahead = [row for row in own if row["observed"] is None]
            if own:
                axes.plot(
                    [row["year"] for row in own],
                    [row["mean"] for row in own],
                    color=color,
                    lw=0.9,
                    label=None if ahead else model,
                )
            if ahead:
                axes.errorbar(
                    [row["year"] + shift * spread for row in ahead],
                    [row["mean"] for row in ahead],
                    yerr=[
                        [max(row["mean"] - row["low"], 0) for row in ahead],
                        [max(row["high"] - row["mean"], 0) for row in ahead],
                    ],
                    color=color,
                    marker=marker,
                    ms=4,
                    ls="none",
                    elinewidth=1,
                    label=model,
                )
        axes.plot(
            list(seen),
            list(seen.values()),
            color=style.BLACK,
            marker="o",
            ls="none",
            label="observed",
        )
        style.from_zero(axes)
        axes.set_ylabel("share of papers")
        axes.set_title(title)
        style.year_axis(axes, years)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=7, fontsize=8)
    return figure
