"""Draw a figure of the report by its name."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from datafootprint.report.contents import FIGURES
from datafootprint.report.figures import (
    count_figures,
    factor_figures,
    frugality_figure,
    hub_figure,
    sensitivity_figure,
    share_figures,
)

MODULES = [
    *(count_figures, factor_figures, frugality_figure),
    *(hub_figure, sensitivity_figure, share_figures),
]


def draw(name: str, tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Draw a figure from the tables of `contents.FIGURES`, or from the one of its name."""
    module = next(module for module in MODULES if hasattr(module, f"draw_{name}"))
    shown = (tables[table] for table in FIGURES.get(name, (name,)))
    figure: Figure = getattr(module, f"draw_{name}")(settings, *shown)
    return figure
