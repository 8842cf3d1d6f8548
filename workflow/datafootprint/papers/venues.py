"""The venue table: where OpenReview keeps a venue's papers and which decisions mean accepted."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from datafootprint.errors import DatafootprintError

VenueYear = Mapping[str, Any]


@cache
def shipped_venues() -> dict[str, dict[int, VenueYear]]:
    """Return `data/venues.yaml`: venue -> year -> entry."""
    path = Path(__file__).parents[3] / "data" / "venues.yaml"
    table: dict[str, dict[int, VenueYear]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return table


def find_venue_year(additional: Mapping[str, Any], venue: str, year: int) -> VenueYear:
    """Return the entry of a venue and year; `additional` (papers.venues) replaces shipped ones."""
    years = {**shipped_venues().get(venue, {}), **additional.get(venue, {})}
    entries: dict[int, VenueYear] = {int(key): entry for key, entry in years.items()}
    if year not in entries:
        known = f"it for {', '.join(map(str, sorted(entries)))}" if entries else "no such venue"
        raise DatafootprintError(
            f"config: papers.venue is {venue!r} and papers.years has {year}, but the venue table "
            f"has {known}; add it under papers.venues (form: data/venues.yaml)."
        )
    return entries[year]
