"""The first screen: the question, the answer, the chain behind it, and what to know about it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.footprint.carbon import EACH_YEAR
from datafootprint.footprint.emissions import Footprint
from datafootprint.literature.runs import counted_years
from datafootprint.report.sections.log_bars import log_bars
from datafootprint.report.wording import between, method_title
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
    by_year = by_year.loc[counted_years(runs)]
    whole = by_year["publications"].sum() or 1
    projected = projection.loc[projection["kind"] == "projected", "year"]
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
        "projected": sorted(set(projected) & set(by_year.index)),
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
    """Place the tonnes of each method and their range on a logarithmic axis."""
    return log_bars(
        [
            {
                **row,
                "name": method_title(method) if len(found) > 1 else "This estimate",
                "note": between(row["p2_5"], row["p97_5"]),
                "is_headline": method == headline,
                # The arithmetic of a paper says nothing on another dataset, unless it leads there.
                "is_own": method == headline or method not in OF_THE_PAPER,
                "bars": [(method, row["p2_5"], row["p97_5"], 50)],
            }
            for method, row in found.items()
        ]
    )
