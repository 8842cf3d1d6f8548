"""The first screen: the question, the answer, the chain behind it, and what to know about it."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.footprint.emissions import Footprint
from datafootprint.report.wording import energy, method_title, percent, rounded
from datafootprint.tables import records_of
from datafootprint.uncertainty.priors import Tier

STATISTICAL, MEASURED, ASSUMED = Tier
PAPER_METHOD = "as_published"
OF_THE_PAPER = (PAPER_METHOD, "year_aligned")

Ranges = Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]


def ranges_of(uncertainty: pd.DataFrame) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the rows of the table `uncertainty` by method, tier and quantity."""
    ranges: dict[str, dict[str, dict[str, Any]]] = {}
    for row in records_of(uncertainty):
        ranges.setdefault(row["method"], {}).setdefault(row["tier"], {})[row["quantity"]] = row
    return ranges


def mass(tonnes: float) -> str:
    """Format a mass for sentences, in kilograms where it is below a tonne."""
    return f"{about(tonnes)} tonnes" if tonnes >= 1 else f"{about(1000 * tonnes)} kg"


def mass_range(row: Mapping[str, Any]) -> str:
    """Format the range of a mass in the unit of its point."""
    times, unit = (1, "tonnes") if row["point"] >= 1 else (1000, "kg")
    return f"{about(times * row['p2_5'])} to {about(times * row['p97_5'])} {unit}"


def about(value: float) -> str:
    """Round to two digits, for sentences."""
    if not value:
        return "0"
    digits = 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def answer_section(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any], footprint: Footprint
) -> dict[str, Any]:
    """Build the context of `answer.html.j2`: the numbers of the headline, the chain, the bars."""
    headline = config["methods"]["headline"]
    training = {row["method"]: row for row in records_of(tables["training_emissions"])}
    ranges = ranges_of(tables["uncertainty"])
    row, interval = training[headline], ranges[headline][MEASURED]
    tonnes = interval["training_emissions_t"]
    bars = method_bars(training, ranges, headline)
    paper = training[PAPER_METHOD]["emissions_t"] if headline != PAPER_METHOD else None
    return {
        "tonnes": mass(row["emissions_t"]),
        "range": mass_range(tonnes),
        "people": about(row["person_equivalents"]),
        "energy": energy(row["energy_kwh"]),
        "times": row["emissions_t"] / paper if paper else None,
        "paper_tonnes": paper,
        "g_per_kwh": f"{row['carbon_intensity_g_per_kwh']:,.3g}",
        "by_year": len(set(footprint.configured.intensity.g_per_kwh.values())) > 1,
        "chain": chain(tables, headline, training, interval, footprint),
        "rows": bars["rows"],
        "ticks": bars["ticks"],
        # Methods that repeat the arithmetic of a paper on another dataset say nothing here.
        "own_rows": [row for row in bars["rows"] if row["method"] not in OF_THE_PAPER],
    }


def chain(
    tables: Mapping[str, pd.DataFrame],
    headline: str,
    training: Mapping[str, Mapping[str, Any]],
    interval: Mapping[str, Mapping[str, Any]],
    footprint: Footprint,
) -> dict[str, Any]:
    """Lay out the steps from publications to tonnes, and the bands that are as thick as counts.

    A band is in percent of the publications: those that trained by the headline, from the low to
    the high end of its interval, and by the published arithmetic.
    """
    runs = tables["training_runs"]
    own = runs[runs["method"] == headline].sort_values("year")
    publications, years = own["publications"].sum(), own["year"]
    projection = tables["projection"]
    projected = projection.loc[projection["kind"] == "projected", "year"].tolist()
    row, paper = training[headline], training[PAPER_METHOD]
    share = own["trained_share"]

    def between(quantity: str, form: Any = rounded) -> str:
        return f"{form(interval[quantity]['p2_5'])} to {form(interval[quantity]['p97_5'])}"

    def of_paper(value: str) -> str | None:
        return None if headline == PAPER_METHOD else value

    per_run = row["energy_kwh"] / row["runs"] if row["runs"] else 0.0
    steps = [
        (
            "publications mention it",
            rounded(publications),
            f"{years.min()} to {years.max()}, counted",
            None,
        ),
        (
            "trained on it from scratch",
            percent(row["runs"] / publications) if publications else "",
            f"{percent(share.iloc[0])} in {years.min()}, {percent(share.iloc[-1])} in {years.max()}"
            + (f"; projected from {min(projected)}" if projected else "; counted"),
            of_paper(percent(paper["runs"] / publications) if publications else ""),
        ),
        ("training runs", rounded(row["runs"]), between("runs"), of_paper(rounded(paper["runs"]))),
        (
            f"at {rounded(per_run)} kWh per run",
            energy(row["energy_kwh"]),
            between("training_energy_kwh", energy),
            of_paper(energy(paper["energy_kwh"])),
        ),
        (
            f"at {row['carbon_intensity_g_per_kwh']:,.3g} g/kWh",
            f"{rounded(row['emissions_t'])} t",
            between("training_emissions_t"),
            of_paper(f"{rounded(paper['emissions_t'])} t"),
        ),
    ]
    whole = publications or 1
    bands = {
        "point": 100 * row["runs"] / whole,
        "low": 100 * interval["runs"]["p2_5"] / whole,
        "high": 100 * min(interval["runs"]["p97_5"] / whole, 1),
        "paper": None if headline == PAPER_METHOD else 100 * paper["runs"] / whole,
    }
    names = ("label", "value", "note", "paper")
    return {"steps": [dict(zip(names, step, strict=True)) for step in steps], "bands": bands}


def method_bars(
    training: Mapping[str, Mapping[str, Any]], ranges: Ranges, headline: str
) -> dict[str, Any]:
    """Place the tonnes of each method and their range, in percent of a logarithmic axis."""
    found = {method: ranges[method][MEASURED]["training_emissions_t"] for method in training}
    ends = [row[end] for row in found.values() for end in ("p2_5", "point", "p97_5") if row[end]]
    least, most = (min(ends) / 1.5, max(ends) * 1.1) if ends else (1.0, 10.0)

    def place(value: float) -> float:
        return round(100 * math.log(max(value, least) / least) / math.log(most / least), 2)

    rows = [
        {
            "method": method,
            "title": method_title(method),
            "is_headline": method == headline,
            "text": rounded(row["point"]),
            "about": mass(row["point"]),
            "range": f"{rounded(row['p2_5'])} to {rounded(row['p97_5'])}",
            "about_range": mass_range(row),
            **{end: place(row[end]) for end in ("p2_5", "point", "p97_5")},
        }
        for method, row in found.items()
    ]
    decades = range(math.floor(math.log10(least)), math.floor(math.log10(most)) + 1)
    marks = [step * 10**power for power in decades for step in (1, 2, 5)]
    ticks = [
        {"at": place(mark), "text": f"{mark:,.10g}"} for mark in marks if least <= mark <= most
    ]
    return {"rows": rows, "ticks": ticks}
