"""What the page says was assumed, and where the numbers come from."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.energy.epoch import PUBLISHED_SOURCE
from datafootprint.report.text_tables import TextTable, intensity_source
from datafootprint.tables import records_of
from datafootprint.usage.labels import LIVE

PAPER = "the paper on ImageNet (arXiv 2602.19789)"
OWN_TABLE = "the table of the dataset"
#: A year with fewer accepted papers says little about its share.
FEW_PAPERS = 50


def sources_section(
    tables: Mapping[str, pd.DataFrame],
    config: Mapping[str, Any],
    venue: str,
    per_capita_t: float,
    is_of_paper: bool,
) -> dict[str, Any]:
    """Build the context of `sources.html.j2`.

    `venue` is whose papers were read, if any were; `per_capita_t` are the yearly emissions of a
    person in t, as used; `is_of_paper` is whether the tables of the dataset are the paper's.
    """
    emissions = tables["training_emissions"].set_index("method").loc[config["methods"]["headline"]]
    measured = measured_row(tables["energy_per_epoch"], config["training"])
    per_capita = tables["per_capita_emissions"].set_index("gas_basis")["t_per_person"]
    years = tables["projection"].groupby("kind")["year"].agg(list).to_dict()
    source = intensity_source(emissions)
    return {
        "measured": measured,
        "measured_by_paper": is_of_paper and (measured or {}).get("source") == PUBLISHED_SOURCE,
        "intensity_source": source,
        "per_capita_t": per_capita_t,
        "per_capita_by_gas": per_capita.to_dict(),
        "observed": years.get("observed", []),
        "projected": years.get("projected", []),
        "sources_table": sources_table(
            tables["usage_counts"], tables["publications"], measured, source, venue, is_of_paper
        ),
    }


def measured_row(energy: pd.DataFrame, training: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the row of `energy_per_epoch` that the estimate uses; None if it uses none."""
    if training["kwh_per_epoch"] is not None:
        return None
    chosen = (training["energy_model"], training["energy_subset"])
    (row,) = records_of(energy[(energy["model"] == chosen[0]) & (energy["subset"] == chosen[1])])
    return row


def sources_table(
    usage_counts: pd.DataFrame,
    publications: pd.DataFrame,
    measured: Mapping[str, Any] | None,
    carbon_source: str,
    venue: str,
    is_of_paper: bool,
) -> TextTable:
    """Say for each input of the estimate where it comes from."""
    dataset = PAPER if is_of_paper else OWN_TABLE
    counted = f"ICLR, as counted by {PAPER}" if is_of_paper else OWN_TABLE
    papers = {"published": counted, LIVE: f"{venue}, read by this workflow"}
    energy = "configuration (training.kwh_per_epoch)"
    if measured is not None:
        energy = dataset if measured["source"] == PUBLISHED_SOURCE else measured["source"]
    found = publications["source"].replace({"published": dataset})
    if "retrieved" in publications:
        found += (", retrieved on " + publications["retrieved"]).fillna("")
    rows = [
        *_by_source("papers of the venue", usage_counts, usage_counts["source"].replace(papers)),
        *_by_source("publications", publications, found),
        ("energy per epoch", "", energy),
        ("carbon intensity", "", carbon_source),
    ]
    columns = zip(*rows, strict=True)
    return TextTable(
        "The inputs of this run and their sources",
        dict(zip(("input", "years", "source"), columns, strict=True)),
    )


def few_papers(usage_counts: pd.DataFrame, venue: str) -> str | None:
    """Name the observed years whose shares rest on few papers; None if there are none."""
    is_few = usage_counts["mentioning"].notna() & (usage_counts["accepted"] < FEW_PAPERS)
    few = usage_counts[is_few]
    if few.empty:
        return None
    years = ", ".join(few["year"].astype(str))
    whose = f" (venue: {venue})" if (few["source"] == LIVE).any() else ""
    return (
        f"The shares of {years} come from {_span(few['accepted'])} accepted papers per year{whose}"
    )


def _by_source(name: str, table: pd.DataFrame, source: pd.Series) -> list[tuple[str, str, str]]:
    """Return a row for each stretch of years with one source."""
    rows = table.assign(source=source.astype(object)).sort_values("year")
    stretch = (rows["source"] != rows["source"].shift()).cumsum()
    return [(name, _span(own["year"]), own["source"].iloc[0]) for _, own in rows.groupby(stretch)]


def _span(numbers: pd.Series) -> str:
    first, last = numbers.min(), numbers.max()
    return f"{first}" if first == last else f"{first} to {last}"
