"""What the page says was assumed, and where the numbers come from."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.energy.epoch import PUBLISHED_SOURCE
from datafootprint.report.text_tables import TextTable, intensity_source, laid_out
from datafootprint.tables import records_of
from datafootprint.usage.labels import LIVE

PAPER = "the paper on ImageNet (arXiv 2602.19789)"
OWN_TABLE = "the table of the dataset"
#: A year with fewer accepted papers says little about its share.
FEW_PAPERS = 50


def sources_section(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any], venue: str, is_of_paper: bool
) -> dict[str, Any]:
    """Build the context of `sources.html.j2`.

    `venue` is whose papers were read, if any were; `is_of_paper` is whether the tables of the
    dataset are the paper's.
    """
    emissions = tables["training_emissions"].set_index("method").loc[config["methods"]["headline"]]
    training, energy = config["training"], tables["energy_per_epoch"]
    measured = None  # the row of the energies that the estimate uses, if it uses one
    if training["kwh_per_epoch"] is None:
        chosen = (training["energy_model"], training["energy_subset"])
        is_chosen = (energy["model"] == chosen[0]) & (energy["subset"] == chosen[1])
        (measured,) = records_of(energy[is_chosen])
    years = tables["projection"].groupby("kind")["year"].agg(list).to_dict()
    source = intensity_source(emissions)
    counts = (tables["usage_counts"], tables["publications"])
    return {
        "measured": measured,
        "measured_by_paper": is_of_paper and (measured or {}).get("source") == PUBLISHED_SOURCE,
        "intensity_source": source,
        "per_capita_by_gas": tables["per_capita_emissions"]
        .set_index("gas_basis")["t_per_person"]
        .to_dict(),
        "observed": years.get("observed", []),
        "projected": years.get("projected", []),
        "table": sources_table(*counts, measured, source, venue, is_of_paper),
    }


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
    return laid_out("sources", pd.DataFrame(rows, columns=["input", "years", "source"]))


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
