"""What the factors move: the ranges of the tiers, and scenarios and countries in their order."""

import pandas as pd
from matplotlib.figure import Figure

from datafootprint.report.figures import style
from datafootprint.report.wording import GASES, rounded, subscript
from datafootprint.tables import records_of
from datafootprint.uncertainty.priors import Tier

#: How many countries at each end of the order are named.
NAMED = 12


def draw_ranges(uncertainty: pd.DataFrame, method: str) -> Figure:
    """Draw the ranges of the training tonnes in each tier, on a logarithmic axis."""
    own = uncertainty[uncertainty["method"] == method]
    rows = own[own["quantity"] == "training_emissions_t"].iloc[::-1].reset_index(drop=True)
    figure, axes = style.new_figure(style.ONE_COLUMN, 1.7)
    colors = [style.ORANGE, style.BLUE, style.BLUE]
    axes.barh(rows.index, rows["p97_5"] - rows["p2_5"], left=rows["p2_5"], height=0.5, color=colors)
    axes.plot(rows["p50"], rows.index, "|", color=style.BLACK, ms=14, mew=1.6)
    axes.axvline(rows["point"].iloc[0], color=style.BLACK, lw=0.8, ls="--")
    axes.set_xscale("log", subs=(2, 5))
    axes.xaxis.set_major_formatter(style.THOUSANDS)
    axes.xaxis.set_minor_formatter(style.THOUSANDS)
    axes.set_yticks(rows.index, [Tier(tier).words for tier in rows["tier"]])
    axes.tick_params(axis="both", length=0, labelsize=7.5, which="both")
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"training, t {_gas(rows)}", fontsize=8)
    return figure


def draw_scenarios(scenarios: pd.DataFrame) -> Figure:
    """Draw the named scenarios, and the countries with the lowest and highest emissions."""
    by_kind = {
        kind: rows.sort_values("emissions_t", ascending=False, ignore_index=True)
        for kind, rows in scenarios.groupby("kind")
    }
    countries = by_kind.get("country", scenarios.iloc[:0])
    if len(countries) > 2 * NAMED:
        countries = pd.concat([countries.head(NAMED), countries.tail(NAMED)], ignore_index=True)
    named = by_kind["scenario"]
    longest = max(len(countries), len(named))
    figure, panels = style.new_figure(style.TWO_COLUMNS, 0.9 + 0.21 * longest, ncols=2)
    titles = (f"Scenarios, t {_gas(named)}", f"In one country, t {_gas(countries)}")
    for axes, rows, title in zip(panels, (named, countries), titles, strict=True):
        bars = axes.barh(rows.index, rows["emissions_t"], height=0.62, color=style.SKY)
        axes.hlines(rows.index, rows["low"], rows["high"], color=style.BLACK, lw=0.9)
        for row, bar in zip(records_of(rows), bars, strict=True):
            if row["scenario"] == "this run":
                bar.set_color(style.BLUE)
            end = max(row["high"], row["emissions_t"])
            axes.annotate(
                rounded(row["emissions_t"]),
                (end, bar.get_y() + bar.get_height() / 2),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                fontsize=7,
            )
        axes.set_yticks(rows.index, rows["scenario"], fontsize=7.5)
        axes.set_ylim(len(rows) - longest - 0.6, len(rows) - 0.4)
        axes.set_title(title)
        axes.set_xlim(0, 1.3 * max(rows["high"].max(), rows["emissions_t"].max()) or 1)
        axes.locator_params(axis="x", nbins=4)
        axes.xaxis.set_major_formatter(style.THOUSANDS)
        axes.tick_params(axis="both", length=0, labelsize=7.5)
        axes.grid(axis="y", visible=False)
    return figure


def _gas(rows: pd.DataFrame) -> str:
    """Name the gases of some rows, `CO2 or CO2e`."""
    return subscript(" or ".join(GASES[gas] for gas in sorted(rows["gas_basis"].unique())))
