"""Tables for people: rounded, with headings, as Markdown, LaTeX and CSV."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import pandas as pd
from tabulate import tabulate

from datafootprint.energy import FULL
from datafootprint.energy.gains import gain_of
from datafootprint.footprint.emissions import Footprint, amounts_by_method, read_footprint
from datafootprint.footprint.footprint_tables import STORAGE, TRAINING
from datafootprint.literature.runs import runs_by_method
from datafootprint.report.scenarios import compare_scenarios
from datafootprint.report.wording import (
    GASES,
    KWH_PER_UNIT,
    between,
    energy_unit,
    method_title,
    rounded,
    subscript,
)
from datafootprint.tables import csv_text, records_of
from datafootprint.uncertainty.priors import Tier

#: How a carbon intensity that is a number of the configuration is marked, and the paper's.
TYPED, PAPER_INTENSITY = "carbon.intensity_g_per_kwh", (445.0, "co2")
#: Quantities of the table of ranges, and their headings.
RANGED = {
    "runs": "training runs",
    "training_emissions_t": "training, t",
    "training_person_equivalents": "people",
    "storage_emissions_t": "storage, t",
}
_IS_NUMBER = re.compile(r"[+-]?\d").match


@dataclass(frozen=True)
class TextTable:
    """A captioned table of formatted cells: numbers right, words and the first column left."""

    caption: str
    columns: Mapping[str, Iterable[str]]

    @property
    def header(self) -> list[str]:
        """The column headings."""
        return list(self.columns)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells of each row."""
        return list(zip(*self.columns.values(), strict=True))

    @cached_property
    def words(self) -> list[bool]:
        """Whether each column is one of words."""
        _, *columns = map(list, self.columns.values())
        return [True, *(any(column) and not any(map(_IS_NUMBER, column)) for column in columns)]

    def text(self, suffix: str, name: str = "") -> str:
        """Format as `.csv` with plain numbers, GitHub Markdown (`.md`) or LaTeX (`.tex`).

        `name` labels the LaTeX `table`, which needs the package booktabs.
        """
        if suffix == ".csv":
            return csv_text([self.header, *(map(_plain, row) for row in self.rows)])
        if suffix == ".md":
            return f"{self._drawn('pipe', escaped_markdown)}\n\n{escaped_markdown(self.caption)}\n"
        return (
            f"\\begin{{table}}\n\\centering\n\\caption{{{escaped_latex(self.caption)}}}\n"
            f"\\label{{tab:{name}}}\n{self._drawn('latex_raw', escaped_latex)}\n\\end{{table}}\n"
        )

    def _drawn(self, style: str, escape: Callable[[str], str]) -> str:
        align = ["left" if words else "right" for words in self.words]
        # Without any row, LaTeX would get a table without columns.
        rows = self.rows or [("",) * len(self.header)]
        text = tabulate(
            [[escape(cell) for cell in row] for row in rows],
            [escape(cell) for cell in self.header],
            tablefmt=style,
            colalign=align,
            disable_numparse=True,
        )
        return _booktabs(text) if style == "latex_raw" else text


_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LATEX: dict[str, str | int | None] = {
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "\N{SUBSCRIPT TWO}": r"\textsubscript{2}",
    "\N{SUPERSCRIPT THREE}": r"\textsuperscript{3}",
}


def _plain(cell: str) -> str:
    """Take the separators of thousands out of a number."""
    return cell.replace(",", "") if _GROUPED.fullmatch(cell) else cell


def escaped_markdown(text: str) -> str:
    """Escape what Markdown or HTML would take for more than text."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def escaped_latex(text: str) -> str:
    """Escape what LaTeX would take for more than text, and set the 2 of CO2 below the line."""
    return subscript(text).translate(str.maketrans(_LATEX))


def _booktabs(tabular: str) -> str:
    """Replace the three rules of a LaTeX tabular by those of booktabs."""
    top, middle, bottom = r"\toprule", r"\midrule", r"\bottomrule"
    for rule in (top, middle, bottom):
        tabular = tabular.replace(r"\hline", rule, 1)
    return tabular


def cells(values: pd.Series, form: Callable[[Any], str] | int = 0) -> pd.Series:
    """Format a column with a function or at least `form` decimals; a missing value is empty."""
    shown = form if callable(form) else partial(rounded, decimals=form)
    text = values.astype(object).map(lambda value: "" if pd.isna(value) else shown(value))
    return text.astype("str")


def footprint_of(tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any]) -> Footprint:
    """Return what turns the runs of this configuration into tonnes."""
    return read_footprint(
        config,
        tables["energy_per_epoch"],
        tables["carbon_intensity_by_year"],
        tables["per_capita_emissions"],
        tables["projection"]["year"],
    )


def text_tables(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any]
) -> dict[str, TextTable]:
    """Lay out the tables for people that are written as files, by the names in `TEXT_TABLES`."""
    runs, headline = tables["training_runs"], config["methods"]["headline"]
    return {
        "energy_per_epoch": energy_table(tables["energy_per_epoch"]),
        "usage": usage_table(tables["projection"]),
        "training_runs": runs_table(runs),
        "by_year": by_year_table(runs, headline, footprint_of(tables, config)),
        "training_emissions": emissions_table(tables["training_emissions"], "training"),
        "storage_emissions": emissions_table(tables["storage_emissions"], "storage"),
        "uncertainty": uncertainty_table(tables["uncertainty"]),
        "scenarios": scenarios_table(compare_scenarios(tables, config, config["scenarios"])),
    }


def uncertainty_table(uncertainty: pd.DataFrame) -> TextTable:
    """Lay out the median and range of each method, tier and quantity."""
    shown = uncertainty[uncertainty["quantity"].isin(RANGED)]
    ranges = [
        f"{rounded(row['p50'])} ({between(row['p2_5'], row['p97_5'])})" for row in records_of(shown)
    ]
    wide = shown.assign(range=ranges).pivot(
        index=["method", "tier"], columns="quantity", values="range"
    )
    wide = wide.loc[[*shown[["method", "tier"]].drop_duplicates().itertuples(index=False)]]
    return TextTable(
        "Median and 95% range by method and tier; the last tier is a range of scenarios.",
        {
            "method": [method_title(method) for method, _ in wide.index],
            "tier": [Tier(tier).words for _, tier in wide.index],
            **{heading: wide[quantity] for quantity, heading in RANGED.items() if quantity in wide},
        },
    )


def scenarios_table(scenarios: pd.DataFrame) -> TextTable:
    """Lay out the named scenarios, without the countries."""
    named = scenarios[scenarios["kind"] == "scenario"].sort_values("emissions_t")
    ends = zip(named["low"], named["high"], strict=True)
    return TextTable(
        "The same training runs under other factors; in brackets 95% ranges, scaled.",
        {
            "scenario": named["scenario"],
            "epochs": cells(named["epochs"], "{:g}".format),
            "kWh/epoch": cells(named["kwh_per_epoch"], 3),
            "PUE": cells(named["pue"], "{:g}".format),
            "g/kWh": cells(named["carbon_intensity_g_per_kwh"]),
            "gas": named["gas_basis"].map(GASES),
            "training, t": cells(named["emissions_t"]),
            "range, t": [between(low, high) for low, high in ends],
            "people": cells(named["person_equivalents"]),
        },
    )


def energy_table(energy: pd.DataFrame) -> TextTable:
    """Lay out time and energy per epoch and the gain over `full` (Table 1 of the paper)."""
    minutes, it_kwh = energy["minutes_per_epoch"], energy["kwh_per_epoch"] / energy["pue"]

    def gain(values: pd.Series) -> pd.Series:
        is_full = energy["subset"] == FULL
        full = values[is_full].set_axis(energy.loc[is_full, "model"])
        gains = 100 * gain_of(energy["model"].map(full), values)
        return cells(gains.mask(is_full), "{:.0f}".format)

    return TextTable(
        "Time and energy per epoch, and the gain over the full dataset.",
        {
            "model": energy["model"],
            "subset": energy["subset"],
            "minutes/epoch": cells(minutes, 1),
            "gain in time, %": gain(minutes),
            "kWh/epoch": cells(energy["kwh_per_epoch"], 4),
            "gain in energy, %": gain(it_kwh),
        },
    )


def usage_table(projection: pd.DataFrame) -> TextTable:
    """Lay out counts and shares by year (Table 2 of the paper)."""
    count, share = "{:,.0f}".format, "{:.3f}".format
    return TextTable(
        "Papers of the venue that mention the dataset or trained on it from random initialisation.",
        {
            "year": cells(projection["year"], str),
            "kind": projection["kind"],
            "accepted": cells(projection["accepted"], count),
            "mentioning": cells(projection["mentioning"], count),
            "mentioning / accepted": cells(projection["mentioning_share"], share),
            "trained": cells(projection["trained"], count),
            "trained / accepted": cells(projection["trained_share"], share),
            "trained / mentioning": cells(projection["trained_share_of_mentioning"], share),
        },
    )


def abstracts_table(mentions: pd.DataFrame) -> TextTable:
    """Lay out how many titles and abstracts name the dataset, by year."""
    share = "{:.1%}".format
    return TextTable(
        "Titles and abstracts of accepted papers that name the dataset",
        {
            "year": cells(mentions["year"], str),
            "known": mentions["basis"],
            "accepted": cells(mentions["listed"]),
            "naming it": cells(mentions["naming"]),
            "share": cells(mentions["share"], share),
            "95% from": cells(mentions["low"], share),
            "to": cells(mentions["high"], share),
            "about language models": cells(mentions["language_models"], share),
        },
    )


def runs_table(training_runs: pd.DataFrame) -> TextTable:
    """Lay out publications and training runs by year and method (Table 3 of the paper)."""
    runs = runs_by_method(training_runs)
    publications = training_runs.groupby("year")["publications"].first()
    # A whole number of runs may be a last bit below itself.
    whole = (runs.round(6) // 1).astype(int)
    return TextTable(
        "Publications that mention the dataset and training runs by method. Years are rounded down "
        "as in the paper; the last row adds up the unrounded runs.",
        {
            "year": [*map(str, runs.index), "all"],
            "publications": [*cells(publications), rounded(publications.sum())],
            **{
                method_title(str(method)): [*cells(whole[method]), rounded(runs[method].sum())]
                for method in runs
            },
        },
    )


def footprint_by_year(
    training_runs: pd.DataFrame, method: str, footprint: Footprint
) -> pd.DataFrame:
    """Estimate training and storage of each year by itself.

    The sums are the rows of that method in `training_emissions` and `storage_emissions`.
    """
    grid = footprint.configured
    own = training_runs[training_runs["method"] == method]
    years = own[["year", "publications", "runs"]]
    g_per_kwh = years["year"].map(grid.intensity.g_per_kwh).to_numpy()
    for use in (TRAINING, STORAGE):
        energy_kwh = footprint.energy(use, amounts_by_method(use, own)[method].to_numpy())
        emissions = grid.emitted(energy_kwh, g_per_kwh)
        years = years.assign(**{f"{use}_kwh": energy_kwh, f"{use}_t": emissions["emissions_t"]})
    return years.reset_index(drop=True)


def by_year_table(training_runs: pd.DataFrame, method: str, footprint: Footprint) -> TextTable:
    """Lay out the footprint of each year and, in the last row, the sums."""
    years = footprint_by_year(training_runs, method, footprint)
    rows = pd.concat([years, years.sum().to_frame().T], ignore_index=True)
    unit = energy_unit(years["training_kwh"].sum())
    gas = GASES[footprint.configured.intensity.gas_basis]
    return TextTable(
        f"Training and storage by year ({method_title(method).lower()}), rounded. Copies are "
        "charged to the year of their run.",
        {
            "year": [*years["year"].astype(str), "all"],
            "publications": cells(rows["publications"].astype(int)),
            "training runs": cells(rows["runs"]),
            f"training, {unit}": cells(rows["training_kwh"] / KWH_PER_UNIT[unit], 2),
            f"training, t {gas}": cells(rows["training_t"]),
            f"storage, t {gas}": cells(rows["storage_t"]),
            f"both, t {gas}": cells(rows["training_t"] + rows["storage_t"]),
        },
    )


def intensity_source(emissions: Any) -> str:
    """Say where the carbon intensity of a row of emissions comes from."""
    source: str = emissions["carbon_source"]
    if source != TYPED:
        return source
    typed = (emissions["carbon_intensity_g_per_kwh"], emissions["gas_basis"])
    return (
        "IEA, world, 2024, as in the paper" if typed == PAPER_INTENSITY else f"configured ({TYPED})"
    )


def emissions_table(emissions: pd.DataFrame, what: str) -> TextTable:
    """Lay out energy and emissions by method."""
    unit = energy_unit(emissions["energy_kwh"].max())
    first = emissions.iloc[0]
    return TextTable(
        f"Energy and emissions of {what}, by method; people whose yearly emissions that is. "
        f"Carbon intensity: {intensity_source(first)}.",
        {
            "method": emissions["method"].map(method_title),
            "runs": cells(emissions["runs"]),
            unit: cells(emissions["energy_kwh"] / KWH_PER_UNIT[unit], 3),
            "g/kWh": cells(emissions["carbon_intensity_g_per_kwh"]),
            f"t {GASES[first['gas_basis']]}": cells(emissions["emissions_t"]),
            "people": cells(emissions["person_equivalents"]),
        },
    )
