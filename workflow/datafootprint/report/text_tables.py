"""Tables for people: rounded, with headings, as Markdown, LaTeX and CSV."""

import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from tabulate import tabulate

from datafootprint.energy import FULL
from datafootprint.energy.gains import gain_of
from datafootprint.footprint.emissions import Footprint, amounts_by_method
from datafootprint.footprint.footprint_tables import STORAGE, TRAINING
from datafootprint.literature.runs import runs_by_method
from datafootprint.report.wording import (
    GASES,
    KWH_PER_UNIT,
    WORDS,
    between,
    energy_unit,
    method_title,
    percent,
    rounded,
    source_words,
    spaced,
    subscript,
)
from datafootprint.tables import csv_text, records_of
from datafootprint.uncertainty.priors import Tier

DECLARED = yaml.safe_load(Path(__file__).with_name("tables.yaml").read_text(encoding="utf-8"))
#: How a carbon intensity that is a number of the configuration is marked, and the paper's.
TYPED, PAPER_INTENSITY = "carbon.intensity_g_per_kwh", (445.0, "co2")
#: What a format of `tables.yaml` may be called, beside those of Python.
FORMS: dict[str, Callable[[Any], str]] = {
    "method": method_title,
    "tier": lambda tier: Tier(tier).name.lower(),
    "gas": lambda basis: GASES[basis],
    "source": source_words,
    "code": lambda code: str(WORDS["codes"].get(code, code)),
    "spaced": spaced,
    "percent": percent,
}
#: Characters beside each other that one and two columns of a page hold.
ONE_COLUMN, TWO_COLUMNS = 40, 75
_IS_NUMBER = re.compile(r"[+-]?\d").match
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


@dataclass(frozen=True)
class TextTable:
    """A captioned table of formatted cells: numbers right, words and the first column left."""

    caption: str
    columns: Mapping[str, Iterable[str]]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells of each row."""
        return list(zip(*self.columns.values(), strict=True))

    @property
    def words(self) -> list[bool]:
        """Whether each column is one of words."""
        _, *columns = map(list, self.columns.values())
        return [True, *(any(column) and not any(map(_IS_NUMBER, column)) for column in columns)]

    def text(self, suffix: str, name: str = "") -> str:
        """Format as `.csv` with plain numbers, GitHub Markdown (`.md`) or LaTeX (`.tex`).

        `name` labels the LaTeX `table`, which needs the package booktabs; a wide one is a `table*`,
        across both columns of a page, and a wider one is made smaller (package graphicx).
        """
        if suffix == ".csv":
            return csv_text([list(self.columns), *(map(_plain, row) for row in self.rows)])
        if suffix == ".md":
            return f"{self._drawn('pipe', escaped_markdown)}\n\n{escaped_markdown(self.caption)}\n"
        width = sum(max(map(len, cells)) for cells in zip(self.columns, *self.rows, strict=True))
        kind = "table*" if width > ONE_COLUMN else "table"
        drawn = self._drawn("latex_raw", escaped_latex)
        if width > TWO_COLUMNS:
            drawn = f"\\resizebox{{\\textwidth}}{{!}}{{%\n{drawn}}}"
        return (
            f"\\begin{{{kind}}}\n\\centering\n\\caption{{{escaped_latex(self.caption)}}}\n"
            f"\\label{{tab:{name}}}\n{drawn}\n\\end{{{kind}}}\n"
        )

    def _drawn(self, style: str, escape: Callable[[str], str]) -> str:
        # Without any row, LaTeX would get a table without columns.
        rows = self.rows or [("",) * len(self.columns)]
        text = tabulate(
            [[escape(cell) for cell in row] for row in rows],
            [escape(cell) for cell in self.columns],
            tablefmt=style,
            colalign=["left" if words else "right" for words in self.words],
            disable_numparse=True,
        )
        if style == "latex_raw":
            for rule in (r"\toprule", r"\midrule", r"\bottomrule"):  # those of booktabs
                text = text.replace(r"\hline", rule, 1)
        return text


def _plain(cell: str) -> str:
    """Take the separators of thousands out of a number."""
    return cell.replace(",", "") if _GROUPED.fullmatch(cell) else cell


def escaped_markdown(text: str) -> str:
    """Escape what Markdown or HTML would take for more than text."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def escaped_latex(text: str) -> str:
    """Escape what LaTeX would take for more than text, and set the 2 of CO2 below the line."""
    return subscript(text).translate(str.maketrans(_LATEX))


class _Formatter(string.Formatter):
    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return kwargs[field_name], field_name  # a heading may hold a point

    def format_field(self, value: Any, form: str) -> str:
        if form in FORMS:
            return FORMS[form](value)
        if not form or form.isdigit():
            return value if isinstance(value, str) else rounded(value, int(form or 0))
        return format(value, form)


def cell(template: str, row: Mapping[str, Any]) -> str:
    """Write a cell as `tables.yaml` says; a range of one value is that value."""
    shown, _, missing = template.partition(" | ")
    if any(name and row[name] is None for _, name, *_ in string.Formatter().parse(shown)):
        return missing
    low, _, high = (text := _Formatter().vformat(shown, (), row)).partition(" to ")
    return low if low == high else text


def laid_out(
    name: str, rows: pd.DataFrame, columns: Mapping[str, str] | None = None, **words: Any
) -> TextTable:
    """Lay out rows as `tables.yaml` says under `name`, with further `columns` at the end."""
    declared, records = DECLARED[name], records_of(rows)
    headings = {heading.format(**words): form for heading, form in declared["columns"].items()}
    return TextTable(
        declared["caption"].format(**words),
        {
            heading: [cell(form, words | row) for row in records]
            for heading, form in (headings | dict(columns or {})).items()
        },
    )


def text_tables(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any], footprint: Footprint
) -> dict[str, TextTable]:
    """Lay out the tables for people that are written as files, by the names in `TEXT_TABLES`."""
    runs, headline = tables["training_runs"], config["methods"]["headline"]
    scenarios = tables["scenarios"]
    named = scenarios[scenarios["kind"] == "scenario"].sort_values("emissions_t")
    return {
        "energy_per_epoch": energy_table(tables["energy_per_epoch"]),
        "usage": laid_out("usage", tables["projection"]),
        "training_runs": runs_table(runs),
        "by_year": by_year_table(runs, headline, footprint),
        "training_emissions": emissions_table(tables["training_emissions"], TRAINING),
        "storage_emissions": emissions_table(tables["storage_emissions"], STORAGE),
        "uncertainty": uncertainty_table(tables["uncertainty"]),
        "scenarios": laid_out("scenarios", named),
    }


def uncertainty_table(uncertainty: pd.DataFrame) -> TextTable:
    """Lay out the median and range of each method, tier and quantity."""
    ranges = [
        f"{rounded(row['p50'])} ({between(row['p2_5'], row['p97_5'])})"
        for row in records_of(uncertainty)
    ]
    wide = uncertainty.assign(range=ranges).pivot(
        index=["method", "tier"], columns="quantity", values="range"
    )
    order = uncertainty[["method", "tier"]].drop_duplicates()
    gas = GASES[uncertainty["gas_basis"].dropna().iloc[0]]
    return laid_out("uncertainty", order.join(wide, on=["method", "tier"]), gas=gas)


def energy_table(energy: pd.DataFrame) -> TextTable:
    """Lay out time and energy per epoch and the gain over `full` (Table 1 of the paper)."""

    def percent_saved(values: pd.Series) -> pd.Series:
        is_full = energy["subset"] == FULL
        full = values[is_full].set_axis(energy.loc[is_full, "model"])
        gains: pd.Series = gain_of(energy["model"].map(full), values)
        return 100 * gains.mask(is_full)

    gains = {
        "time_gain": percent_saved(energy["minutes_per_epoch"]),
        "energy_gain": percent_saved(energy["kwh_per_epoch"] / energy["pue"]),
    }
    return laid_out("energy_per_epoch", energy.assign(**gains))


def runs_table(training_runs: pd.DataFrame) -> TextTable:
    """Lay out publications and training runs by year and method (Table 3 of the paper)."""
    runs = runs_by_method(training_runs)
    publications = training_runs.groupby("year")["publications"].first()
    # A whole number of runs may be a last bit below itself.
    whole = (runs.round(6) // 1).astype(int).astype(object)
    rows = whole.assign(publications=publications, year=runs.index.astype(str))
    total = {"year": "all", "publications": publications.sum(), **runs.sum()}
    rows = pd.concat([rows, pd.DataFrame([total], dtype=object)])
    methods = {method_title(str(method)): f"{{{method}}}" for method in runs}
    return laid_out("training_runs", rows, methods)


def footprint_by_year(
    training_runs: pd.DataFrame, method: str, footprint: Footprint
) -> pd.DataFrame:
    """Estimate training and storage of each year by itself.

    The sums are the rows of that method in `training_emissions` and `storage_emissions`.
    """
    grid = footprint.configured
    own = training_runs[training_runs["method"] == method]
    years = own[["year", "publications", "runs"]]
    g_per_kwh = years["year"].map(grid.g_per_kwh).to_numpy()
    for use in (TRAINING, STORAGE):
        energy_kwh = footprint.energy(use, amounts_by_method(use, own)[method].to_numpy())
        emissions = grid.emitted(energy_kwh, g_per_kwh)
        years = years.assign(**{f"{use}_kwh": energy_kwh, f"{use}_t": emissions["emissions_t"]})
    return years.reset_index(drop=True)


def by_year_table(training_runs: pd.DataFrame, method: str, footprint: Footprint) -> TextTable:
    """Lay out the footprint of each year and, in the last row, the sums."""
    years = footprint_by_year(training_runs, method, footprint)
    unit = energy_unit(years["training_kwh"].sum())
    rows = pd.concat([years, years.sum().to_frame().T], ignore_index=True)
    rows = rows.assign(
        year=[*years["year"].astype(str), "all"],
        energy=rows["training_kwh"] / KWH_PER_UNIT[unit],
        both_t=rows["training_t"] + rows["storage_t"],
    )
    gas = GASES[footprint.configured.gas_basis]
    return laid_out("by_year", rows, method=method_title(method).lower(), unit=unit, gas=gas)


def intensity_source(emissions: Any) -> str:
    """Say where the carbon intensity of a row of emissions comes from."""
    source: str = emissions["carbon_source"]
    if source != TYPED:
        return source
    typed = (emissions["carbon_intensity_g_per_kwh"], emissions["gas_basis"])
    return (
        "IEA, world, 2024, as in arXiv 2602.19789"
        if typed == PAPER_INTENSITY
        else f"configured ({TYPED})"
    )


def emissions_table(emissions: pd.DataFrame, use: str) -> TextTable:
    """Lay out energy and emissions by method."""
    unit, first = energy_unit(emissions["energy_kwh"].max()), emissions.iloc[0]
    rows = emissions.assign(energy=emissions["energy_kwh"] / KWH_PER_UNIT[unit])
    gas, source = GASES[first["gas_basis"]], intensity_source(first)
    return laid_out("emissions", rows, use=use, unit=unit, gas=gas, source=source)
