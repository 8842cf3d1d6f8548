"""The section `papers` of the configuration: checked before anything runs, and cut up for rules."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.papers.folder import folder_state, read_manifest
from datafootprint.papers.mentions import compile_patterns

Settings = Mapping[str, Any]


def check_papers(papers: Settings, dataset: Settings) -> None:
    """Refuse settings that cannot lead to papers.

    Parameters
    ----------
    papers, dataset : mapping
        The sections of these names, which fit their schema.

    Raises
    ------
    DatafootprintError
        For the first fault found.
    """
    compile_patterns(dataset["patterns"], "dataset.patterns")
    for variant in dataset["variants"]:
        compile_patterns([variant["pattern"]], f"dataset.variants.{variant['name']}")
    source = papers["source"]
    if source == "published":
        return
    if source == "folder" and papers["folder"] is None:
        raise DatafootprintError(
            "config: papers.source is folder, but papers.folder is not set; it is the folder of "
            "the PDFs."
        )
    for key in ("folder", "urls"):
        if papers[key] is not None and not Path(papers[key]).exists():
            raise DatafootprintError(
                f"config: papers.{key}: {papers[key]}: there is no such file in {Path.cwd()}, "
                "where relative paths of a run begin."
            )
    if papers["folder"] is not None:
        read_manifest(papers["folder"])
    if source == "openreview":
        _check_openreview(papers)


def _check_openreview(papers: Settings) -> None:
    from datafootprint.papers.openreview_client import check_access
    from datafootprint.papers.venues import find_venue_year, load_venues

    table = load_venues(papers["venues"])
    for year in papers["years"]:
        venue = venue_of(papers)
        rule = find_venue_year(table, venue, year)
        for place in rule["decisions"]:
            if place["at"] != "submission" and "invitation" not in place:
                raise DatafootprintError(
                    f"config: papers.venues.{venue}.{year}: a decision at a "
                    f"{place['at']} needs an `invitation`."
                )
        baseurl = papers["openreview"][f"baseurl_{rule['api']}"]
        kept = listing_path(papers, venue, year, rule)
        if not kept.exists():
            check_access(baseurl)


def venue_of(papers: Settings) -> str:
    """Return the venue that is read, as it stands in the names of files."""
    return papers["venue"] or ("folder" if papers["source"] == "folder" else "ICLR")


def listing_path(papers: Settings, venue: str, year: int, rule: Settings) -> Path:
    """Return where the listing of a year is kept; its name tells rules and hosts apart."""
    hosts = [papers["openreview"][key] for key in ("baseurl_v1", "baseurl_v2")]
    digest = hashlib.sha256(json.dumps([hosts, rule], sort_keys=True).encode()).hexdigest()
    return Path(papers["cache_dir"]) / "listings" / f"{venue}-{year}-{digest[:12]}.jsonl"


def listing_settings(papers: Settings, year: int) -> dict[str, Any]:
    """Return what the list of a year's papers depends on; limits of time are no part of it."""
    from datafootprint.papers.venues import find_venue_year, load_venues

    keys = ["source", "cache_dir", "allow_private_hosts", "openreview"]
    if papers["source"] == "folder":
        return {
            "source": "folder",
            "folder": papers["folder"],
            "state": folder_state(papers["folder"], year),
            "years": sorted(papers["years"]),
        }
    venue = venue_of(papers)
    # An entry of the shipped table too, so that a change of it lists the year anew.
    rule = find_venue_year(load_venues(papers["venues"]), venue, year)
    return {key: papers[key] for key in keys} | {"venues": {venue: {year: rule}}}


def download_settings(papers: Settings, year: int, shard: int) -> dict[str, Any]:
    """Return what the PDFs of a shard of a year depend on; limits of time are no part of it."""
    keys = [
        *("source", "folder", "urls", "pdf_sources", "cache_dir", "allow_private_hosts"),
        *("openreview", "seconds_per_pdf", "megabytes_per_pdf", "venues", "shards"),
    ]
    return {key: papers[key] for key in keys} | {
        "shard": shard,
        "max_megabytes": papers["download"]["max_megabytes"],
        "state": folder_state(papers["folder"], year),
    }


def search_settings(papers: Settings, dataset: Settings, shard: int) -> dict[str, Any]:
    """Return what the mentions in one shard of a year's papers depend on."""
    keys = ["cache_dir", "pdf_engine", "seconds_per_pdf", "megabytes_per_pdf", "shards"]
    return {key: papers[key] for key in keys} | {
        "patterns": list(dataset["patterns"]),
        "shard": shard,
    }


def live_files(papers: Settings, pattern: str) -> list[str]:
    """Fill venue and year into a file name, for each year of `papers.years`.

    Raises
    ------
    DatafootprintError
        If `papers.source` is `published`, which lists no papers.
    """
    if papers["source"] == "published":
        raise DatafootprintError(
            "config: papers.source is published, which has counts only; set it to openreview or "
            "folder (try --configfile config/demo.yaml)."
        )
    return [pattern.format(venue=venue_of(papers), year=year) for year in sorted(papers["years"])]
