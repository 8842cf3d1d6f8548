"""The stage as its rules call it: settings in, rows out."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import requests

from datafootprint.errors import DatafootprintError
from datafootprint.papers.download import Limits, download_papers
from datafootprint.papers.folder import list_folder
from datafootprint.papers.listing import keep_listing, list_accepted, recall_listing
from datafootprint.papers.pace import LONGEST_WAIT_S, OutOfTimeError, Pace, Patience
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_tables import PdfUrls
from datafootprint.papers.settings import Settings, listing_path
from datafootprint.papers.sources import FolderSource, OpenReviewSource, Source, UrlSource
from datafootprint.papers.transport import PoliteAdapter, polite
from datafootprint.papers.venues import find_venue_year, load_venues
from datafootprint.tables import read_table

log = logging.getLogger(__name__)

#: A page of a listing, and an archive besides its PDFs.
LISTING_BYTES = 200_000_000
#: No server that a listing links to keeps all others waiting for longer.
LONGEST_LINK_WAIT_S = 60.0


def list_papers(settings: Settings, venue: str, year: int) -> list[Paper]:
    """List the papers of a venue and year.

    Parameters
    ----------
    settings : mapping
        From `settings.listing_settings`.
    venue, year : str, int
        What to list.

    Returns
    -------
    list of Paper
        A listing of OpenReview is kept in the cache and not asked for again.
    """
    if settings["source"] == "folder":
        return list_folder(settings["folder"], year, settings["years"])
    rule = find_venue_year(_venues(settings), venue, year)
    kept = listing_path(settings, venue, year, rule)
    papers = recall_listing(kept)
    if papers is not None:
        log.info("%s %d: the listing is in the cache (%s).", venue, year, kept)
        return papers
    from datafootprint.papers.openreview_login import explained, log_in

    hosts = settings["openreview"]
    baseurl = hosts[f"baseurl_{rule['api']}"]
    patience = _patience(settings)
    adapter = _adapter(settings, patience, LISTING_BYTES)
    try:
        client = log_in(rule["api"], hosts["baseurl_v1"], hosts["baseurl_v2"], adapter)
        with explained(baseurl):
            papers = list_accepted(client, rule, venue, year, baseurl)
    except OutOfTimeError:
        raise DatafootprintError(
            f"{venue} {year}: stopped as the budget of time says (papers.download.budget_hours); "
            "run the same command again."
        ) from None
    keep_listing(papers, kept)
    log.info("%s %d: %d accepted papers.", venue, year, len(papers))
    return papers


def get_pdfs(
    papers: Sequence[Paper], settings: Settings, venue: str, year: int, workers: int
) -> pd.DataFrame:
    """Get the PDFs of listed papers.

    Parameters
    ----------
    papers : sequence of Paper
    settings : mapping
        From `settings.download_settings`.
    venue, year : str, int
        What is downloaded.
    workers : int
        Processes that open the files.

    Returns
    -------
    DataFrame
        A table `Pdfs`.
    """
    patience = _patience(settings)
    max_bytes = int(settings["download"]["max_megabytes"] * 1e6)
    session = polite(
        requests.Session(),
        _adapter(settings, _patience(settings, LONGEST_LINK_WAIT_S), max_bytes, links=True),
    )
    sources: list[Source] = []
    for name in settings["pdf_sources"]:
        if name == "folder" and settings["folder"] is not None:
            sources.append(FolderSource(settings["folder"], papers))
        elif name == "urls" and settings["urls"] is not None:
            urls = read_table(settings["urls"], PdfUrls)
            sources.append(
                UrlSource(session, dict(zip(urls["paper_id"], urls["url"], strict=True)))
            )
        elif name == "openreview" and settings["source"] == "openreview":
            sources.append(_openreview(settings, patience, session, venue, year, max_bytes))
    limits = Limits(max_bytes, settings["seconds_per_pdf"], settings["megabytes_per_pdf"], workers)
    what = f"{venue} {year}"
    if settings["shards"] > 1:
        what += f" shard {settings['shard']} of {settings['shards']}"
    return download_papers(papers, sources, settings["cache_dir"], limits, patience, what)


def _openreview(
    settings: Settings,
    patience: Patience,
    session: requests.Session,
    venue: str,
    year: int,
    max_bytes: int,
) -> OpenReviewSource:
    hosts = settings["openreview"]
    rule = find_venue_year(_venues(settings), venue, year)
    batch = hosts["batch"] if rule["api"] == "v2" else 1

    def connect() -> Any:
        from datafootprint.papers.openreview_login import log_in

        adapter = _adapter(settings, patience, max_bytes * batch)
        return log_in(rule["api"], hosts["baseurl_v1"], hosts["baseurl_v2"], adapter)

    baseurl = hosts[f"baseurl_{rule['api']}"]
    return OpenReviewSource(connect, rule["api"], baseurl, session, batch, max_bytes)


def _venues(settings: Settings) -> Any:
    return load_venues(settings["venues"])


def _patience(settings: Settings, longest_s: float = LONGEST_WAIT_S) -> Patience:
    hours = settings["download"]["budget_hours"]
    return Patience(None if hours is None else hours * 3600, longest_s=longest_s)


def _adapter(
    settings: Settings, patience: Patience, max_bytes: int, links: bool = False
) -> PoliteAdapter:
    hosts = settings["openreview"]
    return PoliteAdapter(
        Pace(Path(settings["cache_dir"]) / "pace", patience),
        trusted=[] if links else [hosts["baseurl_v1"], hosts["baseurl_v2"]],
        allow_private=settings["allow_private_hosts"],
        max_bytes=max_bytes,
        request_s=settings["download"]["request_seconds"],
    )
