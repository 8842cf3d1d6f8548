"""Where the numbers of a run come from."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from datafootprint.legacy_tables import Row
from datafootprint.report.tables import TextTable
from datafootprint.usage.counts import LIVE

PAPER = "the paper on ImageNet (arXiv 2602.19789)"
SOURCES: dict[Any, str] = {"published": PAPER, "paper": PAPER}
#: A year with fewer accepted papers says little about its share.
FEW_PAPERS = 50


def sources_table(
    usage_counts: Iterable[Row],
    publications: Iterable[Row],
    energy: Sequence[Row],
    carbon_source: str,
    training: Mapping[str, Any],
    venue: str,
) -> TextTable:
    """Say for each input of the estimate where it comes from.

    Parameters
    ----------
    usage_counts, publications, energy : rows
        The tables `usage_counts`, `publications` and `energy_per_epoch`.
    carbon_source : str
        Where the carbon intensity comes from.
    training : mapping
        The section `training` of the configuration.
    venue : str
        Whose papers were read, if any were.
    """
    papers = [{**row, "source": _of_venue(row["source"], venue)} for row in usage_counts]
    rows = [
        *(("papers of the venue", years, of) for years, of in _by_source(papers)),
        *(("publications", years, of) for years, of in _by_source(publications)),
        ("energy per epoch", "", _energy_source(energy, training)),
        ("carbon intensity", "", carbon_source),
    ]
    return TextTable("The inputs of this run and their sources", ("input", "years", "source"), rows)


def few_papers(usage_counts: Iterable[Row], venue: str) -> str | None:
    """Name the observed years whose shares rest on few papers; None if there are none."""
    few = [
        row
        for row in usage_counts
        if row["mentioning"] is not None and row["accepted"] < FEW_PAPERS
    ]
    if not few:
        return None
    years = ", ".join(str(row["year"]) for row in few)
    accepted = _span(sorted(row["accepted"] for row in few))
    whose = f" (venue: {venue})" if any(row["source"] == LIVE for row in few) else ""
    return f"The shares of {years} come from {accepted} accepted papers a year{whose}"


def _of_venue(source: str, venue: str) -> str:
    told = {"published": f"ICLR, as counted by {PAPER}", LIVE: f"{venue}, read by this workflow"}
    return told.get(source, source)


def _by_source(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Group the years of a table by what is told of their source."""
    return [
        (_span([row["year"] for row in group]), told)
        for told, group in groupby(sorted(rows, key=lambda row: row["year"]), key=_told)
    ]


def _told(row: Row) -> str:
    told = SOURCES.get(row["source"], str(row["source"]))
    return f"{told}, retrieved on {row['retrieved']}" if row.get("retrieved") else told


def _span(numbers: Sequence[int]) -> str:
    first, last = numbers[0], numbers[-1]
    return f"{first}" if first == last else f"{first} to {last}"


def _energy_source(energy: Sequence[Row], training: Mapping[str, Any]) -> str:
    if training["kwh_per_epoch"] is not None:
        return "configuration (training.kwh_per_epoch)"
    used = (training["energy_model"], training["energy_subset"])
    (row,) = [row for row in energy if (row["model"], row["subset"]) == used]
    return SOURCES.get(row["source"], str(row["source"]))
