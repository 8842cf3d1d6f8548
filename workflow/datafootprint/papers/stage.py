"""The stage as its rules call it."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.http import session
from datafootprint.papers.download import download_papers
from datafootprint.papers.folder import list_folder
from datafootprint.papers.listing import list_accepted
from datafootprint.papers.openreview_client import explained, log_in
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_params import Settings, listing_path
from datafootprint.papers.papers_tables import PdfUrls
from datafootprint.papers.sources import (
    OpenReviewPdfs,
    Source,
    fetch_link,
    folder_source,
    one_by_one,
    openreview_sources,
)
from datafootprint.papers.venues import find_venue_year
from datafootprint.records import read_records, write_records
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
    with suppress(DatafootprintError):  # there is none, or it is damaged
        papers = read_records(kept, Paper)
        log.info("%s %d: the listing is in the cache (%s).", venue, year, kept)
        return papers
    baseurl = settings["openreview"][f"baseurl_{rule['api']}"]
    try:
        client = _client(settings, rule["api"], _limits(settings, LISTING_MEGABYTES))
        with explained(baseurl):
            papers = list_accepted(client, rule, venue, year, baseurl)
    except OutOfTimeError:
        raise DatafootprintError(
            f"{venue} {year}: the budget of time is spent (papers.download.budget_hours); run the "
            "same command again."
        ) from None
    write_records(papers, kept)
    log.info("%s %d: %d accepted papers.", venue, year, len(papers))
    return papers


def get_pdfs(papers: Sequence[Paper], settings: Settings, venue: str, year: int) -> pd.DataFrame:
    """Get the PDFs of listed papers, a table `Pdfs`."""
    megabytes = settings["download"]["max_megabytes"]
    max_bytes = int(megabytes * 1e6)
    limits = _limits(settings, megabytes, LONGEST_LINK_WAIT_S)
    web = session(**limits)
    sources: list[Source] = []
    for name in settings["pdf_sources"]:
        if name == "folder" and settings["folder"] is not None:
            sources.append(folder_source(settings["folder"], papers, max_bytes))
        elif name == "urls" and settings["urls"] is not None:
            urls = read_table(settings["urls"], PdfUrls)
            addresses = dict(zip(urls["paper_id"], urls["url"], strict=True))
            sources.append(one_by_one("urls", addresses, partial(fetch_link, web)))
        elif name == "openreview" and settings["source"] == "openreview":
            hosts = settings["openreview"]
            api = find_venue_year(settings["venues"], venue, year)["api"]
            batch = hosts["pdfs_per_request"] if api == "v2" else 1
            connect = partial(_client, settings, api, _limits(settings, megabytes * batch))
            kept = OpenReviewPdfs(connect, api, hosts[f"baseurl_{api}"], batch, max_bytes)
            sources += openreview_sources(papers, kept, web)
    what = f"{venue} {year}"
    if settings["shards"] > 1:
        what += f" shard {settings['shard']} of {settings['shards']}"
    return download_papers(
        papers, sources, settings["cache_dir"], max_bytes, limits["patience"], what
    )


def _client(settings: Settings, api: str, limits: dict[str, Any]) -> Any:
    hosts = [settings["openreview"][f"baseurl_{version}"] for version in ("v1", "v2")]
    return log_in(api, *hosts, retries=OPENREVIEW_RETRIES, **limits)


def _limits(settings: Settings, megabytes: float, longest_s: float = DAY_S) -> dict[str, Any]:
    """Return the limits of a session, a budget of time that begins now among them."""
    hours = settings["download"]["budget_hours"]
    return {
        "max_megabytes": megabytes,
        "timeout_s": settings["download"]["request_seconds"],
        "patience": Patience(None if hours is None else hours * 3600, longest_s),
        "pace": Pace(Path(settings["cache_dir"]) / "pace", "papers"),
    }
