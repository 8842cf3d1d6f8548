"""Tables for people: rounded, with headings, as Markdown, LaTeX and CSV."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from tabulate import tabulate

from datafootprint.energy.epoch import FULL
from datafootprint.energy.gains import energy_gain, time_gain
from datafootprint.legacy_tables import Row, csv_lines
from datafootprint.literature.runs import total_runs
from datafootprint.report.numbers import KWH_PER_UNIT, energy_unit, rounded

GASES = {"co2": "CO2", "co2e": "CO2e"}
#: How a carbon intensity that is a number of the configuration is marked, and the paper's.
TYPED, PAPER_INTENSITY = "carbon.intensity_g_per_kwh", (445.0, "co2")
_FIGURE = re.compile(r"[+-]?\d").match


@dataclass(frozen=True)
class TextTable:
    """A table of formatted cells: figures right, words left, and so the first column.

    Attributes
    ----------
    caption : str
        What it shows.
    header : tuple of str
        Column headings with units.
    rows : sequence of tuple of str
        Cells.
    """

    caption: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    @property
    def words(self) -> list[bool]:
        """Whether each column is one of words."""
        columns = ([row[place] for row in self.rows] for place in range(1, len(self.header)))
        return [True, *(any(column) and not any(map(_FIGURE, column)) for column in columns)]

    def markdown(self) -> str:
        """Format as GitHub Markdown."""
        return f"{self._format('github')}\n\n{self.caption}\n"

    def latex(self) -> str:
        """Format as a LaTeX `tabular` with booktabs rules."""
        return f"% {self.caption}\n{self._format('latex_booktabs')}\n"

    def csv(self) -> str:
        """Format as CSV."""
        return "".join(csv_lines((self.header, *self.rows)))

    def _format(self, style: str) -> str:
        align = ["left" if words else "right" for words in self.words]
        # Without any row, LaTeX would get a table without columns.
        rows = self.rows or [("",) * len(self.header)]
        return tabulate(rows, self.header, tablefmt=style, colalign=align, disable_numparse=True)


def energy_table(energy: Sequence[Row]) -> TextTable:
    """Lay out time and energy per epoch and the gain over `full` (Table 1 of the paper)."""
    full = {row["model"]: row for row in energy if row["subset"] == FULL}
    rows = []
    for row in energy:
        whole = full.get(row["model"]) if row["subset"] != FULL else None
        rows.append(
            (
                row["model"],
                row["subset"],
                rounded(row["minutes_per_epoch"], 1),
                f"{100 * time_gain(whole, row):.0f}" if whole else "",
                rounded(row["kwh_per_epoch"], 4),
                f"{100 * energy_gain(whole, row):.0f}" if whole else "",
            )
        )
    return TextTable(
        "Time and energy per epoch, and the gain over the full dataset.",
        ("model", "subset", "minutes/epoch", "gain in time, %", "kWh/epoch", "gain in energy, %"),
        rows,
    )


def usage_table(projection: Sequence[Row]) -> TextTable:
    """Lay out counts and shares by year (Table 2 of the paper)."""
    rows = [
        (
            str(row["year"]),
            row["kind"],
            f"{row['accepted']:,}",
            f"{row['mentioning']:,.0f}",
            f"{row['mentioning_share']:.3f}",
            f"{row['trained']:,.0f}",
            f"{row['trained_share']:.3f}",
            f"{row['trained_share_of_mentioning']:.3f}",
        )
        for row in projection
    ]
    header = (
        "year",
        "kind",
        "accepted",
        "mentioning",
        "mentioning / accepted",
        "trained",
        "trained / accepted",
        "trained / mentioning",
    )
    return TextTable(
        "Papers of the venue that mention the dataset or trained on it from random initialisation.",
        header,
        rows,
    )


def runs_table(training_runs: Sequence[Row]) -> TextTable:
    """Lay out publications and training runs by year and method (Table 3 of the paper)."""
    totals = total_runs(pd.DataFrame(training_runs))
    cells: dict[int, dict[str, Row]] = {}
    for row in training_runs:
        cells.setdefault(row["year"], {})[row["method"]] = row
    rows = [
        (
            str(year),
            f"{next(iter(of_year.values()))['publications']:,}",
            *(f"{math.floor(round(of_year[method]['runs'], 6)):,}" for method in totals),
        )
        for year, of_year in sorted(cells.items())
    ]
    publications = sum(next(iter(of_year.values()))["publications"] for of_year in cells.values())
    rows.append(("all", f"{publications:,}", *map(rounded, totals.values())))
    return TextTable(
        "Publications that mention the dataset and training runs by method. Years are rounded down "
        "as in the paper; the last row adds up the unrounded runs.",
        ("year", "publications", *totals),
        rows,
    )


def intensity_source(emissions: Row) -> str:
    """Tell where the carbon intensity of a row of emissions comes from."""
    source: str = emissions["carbon_source"]
    if source != TYPED:
        return source
    typed = (emissions["carbon_intensity_g_per_kwh"], emissions["gas_basis"])
    return (
        "IEA, world, 2024, as in the paper" if typed == PAPER_INTENSITY else f"configured ({TYPED})"
    )


def emissions_table(emissions: Sequence[Row], what: str) -> TextTable:
    """Lay out energy and emissions by method."""
    unit = energy_unit(max(row["energy_kwh"] for row in emissions))
    gas = f"t {GASES[emissions[0]['gas_basis']]}"
    rows = [
        (
            row["method"],
            rounded(row["runs"]),
            rounded(row["energy_kwh"] / KWH_PER_UNIT[unit], 3),
            rounded(row["carbon_intensity_g_per_kwh"]),
            rounded(row["emissions_t"]),
            rounded(row["person_equivalents"]),
        )
        for row in emissions
    ]
    return TextTable(
        f"Energy and emissions of {what}, by method; people whose yearly emissions that is. "
        f"Carbon intensity: {intensity_source(emissions[0])}.",
        ("method", "runs", unit, "g/kWh", gas, "people"),
        rows,
    )
