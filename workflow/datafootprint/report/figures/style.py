"""The look that all figures share, and how a figure is written.

Colours are those of Okabe and Ito (2008), which people with a colour vision deficiency can also
distinguish; markers and line styles repeat the distinction.
"""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from datafootprint.files import write_atomically
from datafootprint.literature.methods import METHODS

BLACK, GREY = "#222222", "#8c8c8c"
ORANGE, SKY, GREEN, BLUE, VERMILION, PURPLE = (
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
THOUSANDS = "{x:,.0f}"

# A figure does not depend on the settings of whoever draws it.
matplotlib.rcdefaults()
matplotlib.rcParams.update(
    {
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "axes.titlesize": 10,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": "#dddddd",
        "legend.frameon": False,
        "svg.fonttype": "path",
        "svg.hashsalt": "datafootprint",
    }
)


#: Place of a legend below its axes.
BELOW: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.1), "fontsize": 8}
#: Method of the estimate -> how it is drawn in every figure.
METHOD_STYLES: dict[str, dict[str, Any]] = dict(
    zip(
        METHODS,
        (
            {"color": VERMILION, "marker": "s", "ls": "--"},
            {"color": ORANGE, "marker": "^", "ls": ":"},
            {"color": BLUE, "marker": "o", "ls": "-"},
            {"color": GREEN, "marker": "D", "ls": "-."},
        ),
        strict=False,
    )
)


def words(name: str) -> str:
    """Return a name of the tables in words."""
    return name.replace("_", " ")


def new_figure(width: float = 7.2, height: float = 3.6, **grid: Any) -> tuple[Figure, Any]:
    """Return a figure, in inches, and its axes."""
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(**grid)


def year_axis(axes: Axes, years: list[int]) -> None:
    """Label every year once."""
    axes.set_xticks(years, [str(year) for year in years])
    axes.tick_params(axis="x", length=0, labelsize=7.5)


def hatch(bars: Iterable[Any], is_running: Iterable[Any]) -> None:
    """Hatch the bars of years that were not over."""
    for bar, running in zip(bars, is_running, strict=True):
        if running:
            bar.set(hatch="///", edgecolor="white", linewidth=0)


def from_zero(axes: Axes) -> None:
    """Let the values begin at 0 and leave room above the highest."""
    axes.set_ylim(0, 1.05 * axes.dataLim.ymax or 1)


def save(figure: Figure, paths: Iterable[str | Path]) -> None:
    """Write a figure as SVG or PNG, by the suffix of each path, without the date of drawing."""
    # Here once instead of with each format, since it takes longer than the drawing.
    ConstrainedLayoutEngine().execute(figure)
    for path in paths:
        kind = Path(path).suffix.removeprefix(".")
        stream = io.BytesIO()
        metadata = {"Date": None} if kind == "svg" else None
        figure.savefig(stream, format=kind, dpi=160, metadata=metadata)
        write_atomically(path, stream.getvalue())
