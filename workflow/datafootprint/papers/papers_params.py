"""What the jobs of the papers stage depend on: parts of the section `papers`, and venues."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from datafootprint.errors import DatafootprintError

Settings = Mapping[str, Any]
#: Where OpenReview keeps the papers of a venue and year, and which decisions mean accepted.
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


@cache
def _folder_state(folder: str | None, year: int) -> str:
    """Return `folder_state`, looked at once for all jobs of a year, however many its shards are."""
    from datafootprint.papers.folder import folder_state

    return folder_state(folder, year)


def check_openreview(papers: Settings) -> None:
    """Refuse a venue or year that the venue table lacks, and missing credentials."""
    from datafootprint.papers.openreview_client import check_access

    venue = venue_of(papers)
    for year in papers["years"]:
        rule = find_venue_year(papers["venues"], venue, year)
        if not listing_path(papers, venue, year, rule).exists():
            check_access(papers["openreview"][f"baseurl_{rule['api']}"])


def venue_of(papers: Settings) -> str:
    """Return the venue that is read, as in the names of files."""
    return papers["venue"] or ("folder" if papers["source"] == "folder" else "ICLR")


def listing_path(papers: Settings, venue: str, year: int, rule: Settings) -> Path:
    """Return where the listing of a year is kept; its name tells rules and hosts apart."""
    hosts = [papers["openreview"][key] for key in ("baseurl_v1", "baseurl_v2")]
    digest = hashlib.sha256(json.dumps([hosts, rule], sort_keys=True).encode()).hexdigest()
    return Path(papers["cache_dir"]) / "listings" / f"{venue}-{year}-{digest[:12]}.jsonl"


def papers_settings(papers: Settings, year: int, shard: int = 0) -> dict[str, Any]:
    """Return what the list of a year's papers and their PDFs depend on, but no limits of time."""
    keys = ("source", "folder", "cache_dir", "openreview", "shards")
    settings = {key: papers[key] for key in keys} | {
        "shard": shard,
        "max_megabytes": papers["download"]["max_megabytes"],
        "state": _folder_state(papers["folder"], year),
    }
    if papers["source"] == "folder":
        return settings | {"years": sorted(papers["years"])}
    venue = venue_of(papers)
    # An entry of the shipped table too, so that its change lists the year again.
    rule = find_venue_year(papers["venues"], venue, year)
    return settings | {"venues": {venue: {year: rule}}}


def live_files(papers: Settings, pattern: str) -> list[str]:
    """Fill venue and year into a file name, for each year that is read; refuse if none is."""
    if papers["source"] is None:
        raise DatafootprintError(
            "config: papers.source is null, so that no papers are read; set it to openreview or "
            "folder (try --configfile config/demo.yaml)."
        )
    return [pattern.format(venue=venue_of(papers), year=year) for year in sorted(papers["years"])]
