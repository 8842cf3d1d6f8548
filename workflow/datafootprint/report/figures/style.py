"""The look that all figures share, and how a figure is written.

Markers and line styles repeat what the colours distinguish.
"""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.layout_engine import ConstrainedLayoutEngine

from datafootprint.files import write_atomically

THOUSANDS = "{x:,.0f}"

# The Latin, Greek and mathematical signs of DejaVu Sans: matplotlib takes four times as long to put
# parts of the whole font into a PDF. Other signs come from the whole font. The file is a subset of
# version 2.35 by fontTools, renamed, without hints, with the feature kern.
fontManager.addfont(Path(__file__).with_name("DejaVuSansFigures.ttf"))
# A figure does not depend on the settings of whoever draws it.
matplotlib.rcdefaults()
matplotlib.rc_file(Path(__file__).with_name("report.mplstyle"))

#: Place of a legend below its axes.
BELOW: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.1), "fontsize": 8}
#: Widths of figures for one and for two columns of a paper, in inches.
ONE_COLUMN, TWO_COLUMNS = 3.5, 7.2


def new_figure(width: float = TWO_COLUMNS, height: float = 3.6, **grid: Any) -> tuple[Figure, Any]:
    """Return a figure, in inches, and its axes."""
    # Texts are measured at the resolution at which they are drawn.
    figure = Figure(figsize=(width, height), dpi=300)
    return figure, figure.subplots(**grid)


def list_axis(axes: Axes, names: Iterable[str], **text: Any) -> None:
    """Name the rows of a horizontal chart, the first on top, with lines along the values."""
    names = list(names)
    axes.set_yticks(range(len(names)), names, **text)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.grid(axis="y", visible=False)


def log_axis(axes: Axes, direction: Literal["x", "y"], subs: Iterable[float] = (2, 5)) -> None:
    """Make an axis logarithmic, with plain numbers at powers of 10 and at `subs` between them."""
    axis = getattr(axes, f"{direction}axis")
    axes.use_sticky_edges = False  # room beside the first and last bar
    axes.autoscale_view()
    if axis.get_data_interval()[1] > 0:
        getattr(axes, f"set_{direction}scale")("log", subs=subs)
    plain = THOUSANDS if axis.get_data_interval()[1] > 10 else "{x:g}"
    axis.set_major_formatter(plain)
    axis.set_minor_formatter(plain)
    axes.tick_params(axis=direction, which="both", length=3, pad=3, labelsize=8)


def year_axis(axes: Axes, years: list[int]) -> None:
    """Label the years; every second one, back from the last, where they are many."""
    every = 1 if len(years) < 8 else 2
    labels = [str(year) if (years[-1] - year) % every == 0 else "" for year in years]
    axes.set_xticks(years, labels)
    axes.tick_params(axis="x", length=0, labelsize=8)


def bar_looks(is_running: Iterable[Any]) -> dict[str, Any]:
    """Return the looks of bars that are hatched for years that were not over."""
    hatches = ["///" if running else "" for running in is_running]
    return {"hatch": hatches, "edgecolor": "white", "linewidth": 0}


def save(figure: Figure, paths: Iterable[str | Path]) -> None:
    """Write a figure as SVG, PDF or PNG, by the suffix of each path, without a date."""
    # Here once instead of with each format, since it takes longer than the drawing.
    ConstrainedLayoutEngine().execute(figure)
    no_date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
    for path in paths:
        kind = Path(path).suffix.removeprefix(".")
        stream = io.BytesIO()
        figure.savefig(stream, format=kind, dpi=300, metadata=no_date.get(kind))
        write_atomically(path, stream.getvalue())
