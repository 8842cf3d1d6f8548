"""The first screen: the question, the answer, the chain behind it, and what to know about it."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.footprint.emissions import Footprint
from datafootprint.report.wording import between, energy, energy_between, percent, rounded
from datafootprint.tables import records_of
from datafootprint.uncertainty.priors import Tier

MEASURED = Tier.MEASURED
PAPER_METHOD = "as_published"
OF_THE_PAPER = (PAPER_METHOD, "year_aligned")


def ranges_of(uncertainty: pd.DataFrame) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the rows of the table `uncertainty` by method, tier and quantity."""
    ranges: dict[str, dict[str, dict[str, Any]]] = {}
    for row in records_of(uncertainty):
        ranges.setdefault(row["method"], {}).setdefault(row["tier"], {})[row["quantity"]] = row
    return ranges


def answer_section(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any], footprint: Footprint
) -> dict[str, Any]:
    """Build the context of `answer.html.j2`: the numbers of the headline, the chain, the bars."""
    headline = config["methods"]["headline"]
    training = {row["method"]: row for row in records_of(tables["training_emissions"])}
    ranges = ranges_of(tables["uncertainty"])
    found = {method: ranges[method][MEASURED]["training_emissions_t"] for method in training}
    return {
        "row": training[headline],
        "paper": training[PAPER_METHOD] if headline != PAPER_METHOD else None,
        "by_year": len(set(footprint.configured.intensity.g_per_kwh.values())) > 1,
        "chain": chain(tables, training, headline, ranges[headline][MEASURED]),
        "bars": method_bars(found, headline),
    }


def chain(
    tables: Mapping[str, pd.DataFrame],
    training: Mapping[str, Mapping[str, Any]],
    headline: str,
    interval: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Lay out the steps from publications to tonnes, and the bands that are as thick as counts.

    A band is in percent of the publications: those that trained by the headline, from the low to
    the high end of its interval, and by the published arithmetic.
    """
    runs, projection = tables["training_runs"], tables["projection"]
    own = runs[runs["method"] == headline].sort_values("year")
    publications, years, share = own["publications"].sum(), own["year"], own["trained_share"]
    projected = projection.loc[projection["kind"] == "projected", "year"].min()
    row, paper, whole = training[headline], training[PAPER_METHOD], publications or 1
    low, high = (interval["runs"][end] for end in ("p2_5", "p97_5"))
    per_run = row["energy_kwh"] / row["runs"] if row["runs"] else 0.0

    def step(label: str, quantity: str, form: Any, spread: Any = between) -> dict[str, str]:
        found = interval.get(f"training_{quantity}", interval["runs"])
        values = {"value": form(row[quantity]), "paper": form(paper[quantity])}
        return {"label": label, "note": spread(found["p2_5"], found["p97_5"]), **values}

    steps = [
        {
            "label": "publications mention it",
            "value": rounded(publications),
            "note": f"{years.min()} to {years.max()}, counted",
        },
        {
            "label": "trained on it from scratch",
            "value": percent(row["runs"] / whole),
            "note": f"{percent(share.iloc[0])} in {years.min()}, {percent(share.iloc[-1])} in "
            f"{years.max()}; {'counted' if pd.isna(projected) else f'projected from {projected}'}",
            "paper": percent(paper["runs"] / whole),
        },
        step("training runs", "runs", rounded),
        step(f"at {rounded(per_run)} kWh per run", "energy_kwh", energy, energy_between),
        step(
            f"at {row['carbon_intensity_g_per_kwh']:,.3g} g/kWh",
            "emissions_t",
            lambda tonnes: f"{rounded(tonnes)} t",
        ),
    ]
    bands = {"point": row["runs"], "low": low, "high": min(high, whole), "paper": paper["runs"]}
    return {
        "steps": steps,
        "bands": {name: 100 * count / whole for name, count in bands.items()},
    }


def method_bars(found: Mapping[str, Mapping[str, Any]], headline: str) -> dict[str, Any]:
    """Place the tonnes of each method and their range, in percent of a logarithmic axis."""
    ends = ("p2_5", "point", "p97_5")
    values = [row[end] for row in found.values() for end in ends if row[end]]
    least, most = (min(values) / 1.5, max(values) * 1.1) if values else (1.0, 10.0)

    def place(value: float) -> float:
        return round(100 * math.log(max(value, least) / least) / math.log(most / least), 2)

    rows = [
        {
            **row,
            "is_headline": method == headline,
            # Methods that repeat the arithmetic of a paper on another dataset say nothing there.
            "is_own": method not in OF_THE_PAPER,
            "places": [place(row[end]) for end in ends],
        }
        for method, row in found.items()
    ]
    decades = range(math.floor(math.log10(least)), math.floor(math.log10(most)) + 1)
    marks = [step * 10**power for power in decades for step in (1, 2, 5)]
    ticks = [(place(mark), f"{mark:,.10g}") for mark in marks if least <= mark <= most]
    return {"rows": rows, "ticks": ticks}
