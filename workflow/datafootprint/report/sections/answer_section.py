"""The first screen: the question, the answer, the chain behind it, and what to know about it."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.footprint.carbon import EACH_YEAR
from datafootprint.footprint.emissions import Footprint
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
    """Build the context of `answer.html.j2`: the numbers of the headline, the chain, the bars.

    A band of the chain is in percent of the publications: those that trained by the headline, from
    the low to the high end of its interval, and by the published arithmetic.
    """
    headline, projection = config["methods"]["headline"], tables["projection"]
    training = {row["method"]: row for row in records_of(tables["training_emissions"])}
    row = training[headline]
    # Where the paper has no values, nothing is compared.
    published = training.get(PAPER_METHOD, row)
    ranges = ranges_of(tables["uncertainty"])
    found = {method: ranges[method][MEASURED]["training_emissions_t"] for method in training}
    runs = tables["training_runs"]
    by_year = runs[runs["method"] == headline].set_index("year").sort_index()
    whole = by_year["publications"].sum() or 1
    ends = ranges[headline][MEASURED]["runs"]
    bands = {"point": row["runs"], "low": ends["p2_5"], "high": min(ends["p97_5"], whole)}
    bands["paper"] = published["runs"]
    return {
        "row": row,
        "published": published,
        "is_compared": headline != PAPER_METHOD,
        "place": place_of(config["carbon"], tables["carbon_intensity_by_year"]),
        "by_year": len(set(footprint.configured.g_per_kwh.values())) > 1,
        "publications": by_year["publications"].sum(),
        "shares": by_year["trained_share"].iloc[[0, -1]].tolist(),
        "projected": projection.loc[projection["kind"] == "projected", "year"].tolist(),
        "bands": {name: 100 * count / whole for name, count in bands.items()},
        "bars": method_bars(found, headline),
    }


def place_of(carbon: Mapping[str, Any], intensities: pd.DataFrame) -> str:
    """Name the country and year whose electricity is configured; "" for a number."""
    own = intensities.loc[intensities["iso3"] == carbon["country"], "country"]
    if own.empty:
        return ""
    name = "the world" if carbon["country"] == "World" else own.iloc[0]
    return f"{name} in {'the year of each run' if carbon['year'] == EACH_YEAR else carbon['year']}"


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
            # The arithmetic of a paper says nothing on another dataset, unless it leads there.
            "is_own": method == headline or method not in OF_THE_PAPER,
            "places": [place(row[end]) for end in ends],
        }
        for method, row in found.items()
    ]
    decades = range(math.floor(math.log10(least)), math.floor(math.log10(most)) + 1)
    marks = [step * 10**power for power in decades for step in (1, 2, 5)]
    ticks = [(place(mark), f"{mark:,.10g}") for mark in marks if least <= mark <= most]
    return {"rows": rows, "ticks": ticks}
