"""Energy that training on a subset would have saved."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from datafootprint.frugality.frugality_tables import PAST, SAME_EPOCHS, SAME_ITERATIONS
from datafootprint.legacy_tables import Row
from datafootprint.report.figures import style
from datafootprint.report.frugality import GAIN_NAMES
from datafootprint.report.numbers import KWH_PER_UNIT, energy_unit

#: In few words, beside the bars.
KINDS = {**GAIN_NAMES, "measured_capped": "{model}, capped"}


def draw_frugality(savings: Sequence[Row], epochs: float) -> Figure:
    """Draw the energy saved in past training by each gain and method, at full adoption.

    Parameters
    ----------
    savings : rows
        As `energy_savings` gives them.
    epochs : float
        Epochs a run, one of those of the table.

    Returns
    -------
    Figure
        One panel a method, a bar a gain, with marks at the lower adoptions.
    """
    past = [
        row
        for row in savings
        if (row["scope"], row["of"], row["epochs"]) == (PAST, "training", epochs)
    ]
    unit = energy_unit(max(row["saved_energy_kwh"] for row in past))
    adoptions = sorted({row["adoption"] for row in past})
    figure, panels = style.new_figure(
        8.2, 3.2, ncols=len(style.METHOD_STYLES), sharex=True, sharey=True
    )
    for axes, (method, drawn) in zip(panels, style.METHOD_STYLES.items(), strict=True):
        own = [row for row in past if row["method"] == method]
        labels = list(dict.fromkeys(_label(row) for row in own))
        for adoption in adoptions:
            saved = {
                _label(row): row["saved_energy_kwh"] / KWH_PER_UNIT[unit]
                for row in own
                if row["adoption"] == adoption
            }
            values = [saved[label] for label in labels]
            if adoption == adoptions[-1]:
                axes.barh(labels, values, color=drawn.color, height=0.6)
            else:
                axes.plot(values, labels, "|", color=style.BLACK, ms=10)
        axes.text(0, labels.index("same iterations"), " 0", va="center")
        axes.set_title(drawn.label)
        axes.set_xlabel(f"{unit} saved")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    panels[0].invert_yaxis()
    panels[0].set_xlim(0, None)
    lower = ", ".join(f"{adoption:.0%}" for adoption in adoptions[:-1])
    marks = f"; marks: {lower}" if lower else ""
    figure.suptitle(
        f"Bars: {adoptions[-1]:.0%} of past runs on the subset{marks} ({epochs:g} epochs a run)",
        fontsize=9,
        x=0.01,
        ha="left",
    )
    return figure


def _label(row: Row) -> str:
    if row["regime"] == SAME_ITERATIONS:
        return "same iterations"
    assert row["regime"] == SAME_EPOCHS
    return KINDS[row["gain_kind"]].format(model=row["model"])
