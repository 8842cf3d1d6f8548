"""What the factors move: the ranges of the tiers, the bridge, and scenarios beside countries."""

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from datafootprint.report.figures import style
from datafootprint.report.figures.palette import BLACK, BLUE, GREEN, ORANGE, SKY
from datafootprint.report.wording import GASES, method_title, rounded, subscript
from datafootprint.uncertainty.priors import Tier
from datafootprint.uncertainty.uncertainty_tables import ASSUMED, COUNTED, MEASURED

#: How many countries at each end of the order are named.
NAMED = 12
TIER_COLORS = {Tier.STATISTICAL: BLUE, Tier.MEASURED: GREEN, Tier.ASSUMED: ORANGE}
EVIDENCE_COLORS = {COUNTED: BLUE, MEASURED: GREEN, ASSUMED: ORANGE}


def draw_ranges(settings: Mapping[str, Any], uncertainty: pd.DataFrame) -> Figure:
    """Draw the ranges of the training tonnes by method and tier, on a logarithmic axis."""
    rows = uncertainty[uncertainty["quantity"] == "training_emissions_t"]
    methods = rows["method"].unique().tolist()
    figure, axes = style.new_figure(style.ONE_COLUMN, 0.8 + 0.42 * len(methods))
    for shift, (tier, color) in zip((-0.24, 0, 0.24), TIER_COLORS.items(), strict=True):
        own = rows[rows["tier"] == tier].reset_index(drop=True)
        places, width = own.index + shift, own["p97_5"] - own["p2_5"]
        axes.barh(places, width, 0.21, own["p2_5"], color=color, label=tier.name.lower())
        axes.vlines(own["p50"], places - 0.105, places + 0.105, color=BLACK, lw=1.2)
        axes.vlines(own["point"], own.index - 0.36, own.index + 0.36, color=BLACK, lw=0.7, ls=":")
    style.list_axis(axes, [fill(method_title(method), 20) for method in methods])
    style.log_axis(axes, "x", subs=(3,))
    axes.tick_params(which="both", labelsize=7)
    axes.set_xlabel(f"training, t {_gas(rows)}; dotted: estimate", fontsize=7.5)
    figure.legend(loc="outside upper center", ncols=3, fontsize=7)
    return figure


def draw_bridge(settings: Mapping[str, Any], bridge: pd.DataFrame) -> Figure:
    """Draw the table `Bridge`: from the tonnes before a step to those after it.

    Lines are what the factor of the step alone may be.
    """
    after, before = bridge["emissions_t"], bridge["emissions_t"].shift().bfill()
    figure, axes = style.new_figure(height=0.9 + 0.3 * len(bridge))
    for evidence, color in EVIDENCE_COLORS.items():
        own = bridge["evidence"] == evidence
        axes.barh(
            *(bridge.index[own], (after - before)[own], 0.56, before[own]),
            color=color,
            label=evidence,
        )
    axes.hlines(
        bridge.index, before * bridge["factor_low"], before * bridge["factor_high"], BLACK, lw=0.9
    )
    axes.vlines(after, bridge.index - 0.38, bridge.index + 0.38, BLACK, lw=1.4)
    style.list_axis(axes, bridge["step"], fontsize=8)
    style.log_axis(axes, "x")
    axes.set_xlabel(f"training, t {_gas(bridge)}")
    for place, (tonnes, high) in enumerate(zip(after, before * bridge["factor_high"], strict=True)):
        end = np.nanmax([tonnes, high, before[place]])
        _annotate(axes, rounded(tonnes), end, place)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.6, 1.0), ncols=3, fontsize=8)
    return figure


def draw_scenarios(settings: Mapping[str, Any], scenarios: pd.DataFrame) -> Figure:
    """Draw the named scenarios, and the countries with the lowest and highest emissions."""
    by_kind = {
        kind: rows.sort_values("emissions_t", ignore_index=True)
        for kind, rows in scenarios.groupby("kind")
    }
    named, countries = by_kind["scenario"], by_kind.get("country", scenarios.iloc[:0])
    # The source has 0 g where there is too little electricity to tell.
    countries = countries[countries["carbon_intensity_g_per_kwh"] > 0]
    if len(countries) > 2 * NAMED:
        gap = countries.head(1)[["gas_basis"]].assign(scenario="\N{HORIZONTAL ELLIPSIS}")
        countries = pd.concat([countries.head(NAMED), gap, countries.tail(NAMED)])
    longest = max(len(countries), len(named))
    figure, panels = style.new_figure(height=0.9 + 0.21 * longest, ncols=2)
    titles = (f"Scenarios, t {_gas(named)}", f"In one country, t {_gas(countries)}")
    for axes, rows, title in zip(panels, (named, countries), titles, strict=True):
        places, ends = range(len(rows)), rows[["high", "emissions_t"]].max(axis=1)
        colors = np.where(rows["scenario"] == "this run", BLUE, SKY)
        axes.barh(places, rows["emissions_t"], height=0.62, color=colors)
        axes.hlines(places, rows["low"], rows["high"], color=BLACK, lw=0.9)
        texts = rows["emissions_t"].map(rounded, na_action="ignore").fillna("")
        for place, text, end in zip(places, texts, ends, strict=True):
            _annotate(axes, text, end, place)
        style.list_axis(axes, rows["scenario"], fontsize=7.5)
        axes.set_ylim(longest - 0.4, -0.6)
        axes.set(title=title, xlim=(0, 1.3 * ends.max() or 1))
        axes.locator_params(axis="x", nbins=4)
        axes.xaxis.set_major_formatter(style.THOUSANDS)
        axes.tick_params(axis="x", labelsize=7.5)
    return figure


def _annotate(axes: Any, text: str, end: float, place: int) -> None:
    axes.annotate(
        *(text, (end, place)),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=7.5,
    )


def _gas(rows: pd.DataFrame) -> str:
    """Name the gases of some rows, `CO2 or CO2e`."""
    return subscript(" or ".join(GASES[gas] for gas in sorted(rows["gas_basis"].unique())))
