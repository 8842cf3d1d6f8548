"""Where the numbers of a run come from."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from datafootprint.report.tables import TextTable
from datafootprint.tables import Row

PAPER = "the paper on ImageNet (arXiv 2602.19789)"
SOURCES: dict[Any, str] = {
    "published": PAPER,
    "paper": PAPER,
    "live": "papers read by this workflow",
}


def sources_table(
    usage_counts: Iterable[Row],
    publications: Iterable[Row],
    energy: Sequence[Row],
    carbon_source: str,
    training: Mapping[str, Any],
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
    """
    rows = [
        *(("papers of the venue", years, of) for years, of in _by_source(usage_counts)),
        *(("publications", years, of) for years, of in _by_source(publications)),
        ("energy per epoch", "", _energy_source(energy, training)),
        ("carbon intensity", "", carbon_source),
    ]
    return TextTable("Where the numbers come from", ("input", "years", "source"), rows)


def _by_source(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Group the years of a table by what is told of their source."""
    return [
        (_years([row["year"] for row in group]), told)
        for told, group in groupby(sorted(rows, key=lambda row: row["year"]), key=_told)
    ]


def _told(row: Row) -> str:
    told = SOURCES.get(row["source"], str(row["source"]))
    return f"{told}, retrieved on {row['retrieved']}" if row.get("retrieved") else told


def _years(years: Sequence[int]) -> str:
    first, last = years[0], years[-1]
    return f"{first}" if first == last else f"{first} to {last}"


def _energy_source(energy: Sequence[Row], training: Mapping[str, Any]) -> str:
    if training["kwh_per_epoch"] is not None:
        return "configuration (training.kwh_per_epoch)"
    used = (training["energy_model"], training["energy_subset"])
    (row,) = [row for row in energy if (row["model"], row["subset"]) == used]
    return SOURCES.get(row["source"], str(row["source"]))
