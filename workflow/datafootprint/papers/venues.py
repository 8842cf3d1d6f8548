"""The venue table: where OpenReview keeps a venue's papers and which decisions mean accepted."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from datafootprint.errors import DatafootprintError

TABLE = Path(__file__).parents[3] / "data" / "venues.yaml"

VenueYear = Mapping[str, Any]


def load_venues(additional: Mapping[str, Any] | None = None) -> dict[str, dict[int, VenueYear]]:
    """Return the venue table, entries of the configuration before those of `data/venues.yaml`.

    Parameters
    ----------
    additional : mapping, optional
        `papers.venues` of the configuration: venue -> year -> entry.

    Returns
    -------
    dict
        venue -> year -> entry, the years as int.
    """
    table: dict[str, dict[int, VenueYear]] = {}
    shipped = yaml.load(TABLE.read_bytes(), Loader=yaml.CSafeLoader)
    for venues in (shipped, additional or {}):
        for venue, years in venues.items():
            table.setdefault(venue, {}).update({int(year): rule for year, rule in years.items()})
    return table


def find_venue_year(
    table: Mapping[str, Mapping[int, VenueYear]], venue: str, year: int
) -> VenueYear:
    """Return the entry of a venue and year.

    Raises
    ------
    DatafootprintError
        If the table does not have it; the sentence says what it has.
    """
    if venue not in table:
        raise DatafootprintError(
            f"config: papers.venue is {venue!r}, but the venue table has {', '.join(table)}; "
            "add it under papers.venues (form: data/venues.yaml)."
        )
    if year not in table[venue]:
        raise DatafootprintError(
            f"config: papers.years has {year}, but the venue table has {venue} for "
            f"{', '.join(map(str, sorted(table[venue])))}; add the year under papers.venues."
        )
    return table[venue][year]
