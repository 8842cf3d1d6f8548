"""The stage as its rules call it."""

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import requests

from datafootprint.errors import DatafootprintError
from datafootprint.http import session
from datafootprint.papers.download import Limits, download_papers
from datafootprint.papers.folder import list_folder
from datafootprint.papers.listing import keep_listing, list_accepted, recall_listing
from datafootprint.papers.openreview_client import explained, log_in
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_params import Settings, listing_path
from datafootprint.papers.papers_tables import PdfUrls
from datafootprint.papers.sources import (
    ListedSource,
    OpenReviewSource,
    Source,
    fetch_link,
    folder_source,
)
from datafootprint.papers.venues import find_venue_year
from datafootprint.tables import read_table
from datafootprint.waiting import DAY_S, OutOfTimeError, Pace, Patience

log = logging.getLogger(__name__)

#: A page of a listing.
LISTING_MEGABYTES = 200.0
#: A long download outlasts a restart of the server.
OPENREVIEW_RETRIES = 8
#: No server that a listing links to keeps all others waiting for longer.
LONGEST_LINK_WAIT_S = 60.0


def list_papers(settings: Settings, venue: str, year: int) -> list[Paper]:
    """List the papers of a venue and year; OpenReview is not asked for a listing again."""
    if settings["source"] == "folder":
        return list_folder(settings["folder"], year, settings["years"])
    rule = find_venue_year(settings["venues"], venue, year)
    kept = listing_path(settings, venue, year, rule)
    papers = recall_listing(kept)
    if papers is not None:
        log.info("%s %d: the listing is in the cache (%s).", venue, year, kept)
        return papers
    baseurl = settings["openreview"][f"baseurl_{rule['api']}"]
    try:
        client = _connect(settings, rule["api"], _patience(settings), LISTING_MEGABYTES)
        with explained(baseurl):
            papers = list_accepted(client, rule, venue, year, baseurl)
    except OutOfTimeError:
        raise DatafootprintError(
            f"{venue} {year}: the budget of time is spent (papers.download.budget_hours); run the "
            "same command again."
        ) from None
    keep_listing(papers, kept)
    log.info("%s %d: %d accepted papers.", venue, year, len(papers))
    return papers


def get_pdfs(
    papers: Sequence[Paper], settings: Settings, venue: str, year: int, workers: int
) -> pd.DataFrame:
    """Get the PDFs of listed papers, a table `Pdfs`."""
    patience = _patience(settings)
    megabytes = settings["download"]["max_megabytes"]
    max_bytes = int(megabytes * 1e6)
    web = session(
        **_limits(settings, _patience(settings, LONGEST_LINK_WAIT_S), megabytes),
    )
    sources: list[Source] = []
    for name in settings["pdf_sources"]:
        if name == "folder" and settings["folder"] is not None:
            sources.append(folder_source(settings["folder"], papers))
        elif name == "urls" and settings["urls"] is not None:
            urls = read_table(settings["urls"], PdfUrls)
            addresses = dict(zip(urls["paper_id"], urls["url"], strict=True))
            sources.append(ListedSource("urls", addresses, partial(fetch_link, web)))
        elif name == "openreview" and settings["source"] == "openreview":
            sources.append(_openreview(settings, patience, web, venue, year, megabytes))
    limits = Limits(max_bytes, settings["seconds_per_pdf"], settings["megabytes_per_pdf"], workers)
    what = f"{venue} {year}"
    if settings["shards"] > 1:
        what += f" shard {settings['shard']} of {settings['shards']}"
    return download_papers(papers, sources, settings["cache_dir"], limits, patience, what)


def _openreview(
    settings: Settings,
    patience: Patience,
    web: requests.Session,
    venue: str,
    year: int,
    megabytes: float,
) -> OpenReviewSource:
    hosts = settings["openreview"]
    rule = find_venue_year(settings["venues"], venue, year)
    batch = hosts["pdfs_per_request"] if rule["api"] == "v2" else 1

    def connect() -> Any:
        return _connect(settings, rule["api"], patience, megabytes * batch)

    baseurl = hosts[f"baseurl_{rule['api']}"]
    return OpenReviewSource(connect, rule["api"], baseurl, web, batch, int(megabytes * 1e6))


def _patience(settings: Settings, longest_s: float = DAY_S) -> Patience:
    hours = settings["download"]["budget_hours"]
    return Patience(None if hours is None else hours * 3600, longest_s)


def _connect(settings: Settings, api: str, patience: Patience, megabytes: float) -> Any:
    hosts = [settings["openreview"]["baseurl_v1"], settings["openreview"]["baseurl_v2"]]
    limits = _limits(settings, patience, megabytes)
    return log_in(api, *hosts, retries=OPENREVIEW_RETRIES, **limits)


def _limits(settings: Settings, patience: Patience, megabytes: float) -> dict[str, Any]:
    """Return the limits of a session."""
    return {
        "max_megabytes": megabytes,
        "timeout_s": settings["download"]["request_seconds"],
        "patience": patience,
        "pace": Pace(Path(settings["cache_dir"]) / "pace", "papers"),
    }
