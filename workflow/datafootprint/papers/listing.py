"""The accepted papers of a venue and year: those of a folder, or as OpenReview lists them."""

import hashlib
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import requests

from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.papers.folder import list_folder
from datafootprint.papers.normalise import storable
from datafootprint.papers.openreview_client import explained, log_in
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_params import Settings, VenueYear, find_venue_year, listing_path
from datafootprint.papers.pdfs import is_whole
from datafootprint.records import read_records, write_records
from datafootprint.waiting import OutOfTimeError

log = logging.getLogger(__name__)

PAGE_SIZE = 1000
PAGE_MEGABYTES = 200.0
#: Papers by which a listing may differ from the number that the venue published.
TOLERATED_DIFFERENCE = 3


def list_papers(settings: Settings, venue: str, year: int) -> list[Paper]:
    """List the papers of a venue and year; OpenReview is not asked for a listing again."""
    if settings["source"] == "folder":
        return list_folder(settings["folder"], year, settings["years"])
    rule = find_venue_year(settings["venues"], venue, year)
    kept = listing_path(settings, venue, year, rule)
    # In the form of `sha256sum`: a listing that was cut would be a smaller count.
    checksum = kept.with_suffix(".sha256")
    if checksum.exists() and is_whole(kept, checksum.read_text(errors="replace")[:64]):
        log.info("%s %d: the listing is in the cache (%s).", venue, year, kept)
        return read_records(kept, Paper)
    baseurl = settings["openreview"][f"baseurl_{rule['api']}"]
    try:
        client = log_in(settings, rule["api"], PAGE_MEGABYTES)
        with explained(baseurl):
            papers = list_accepted(client, rule, venue, year, baseurl)
    except OutOfTimeError:
        raise DatafootprintError(
            f"{venue} {year}: the budget of time is spent (papers.download.budget_hours); run the "
            "same command again."
        ) from None
    write_records(papers, kept)
    digest = hashlib.sha256(kept.read_bytes()).hexdigest()
    write_atomically(checksum, f"{digest}  {kept.name}\n")
    log.info("%s %d: %d accepted papers.", venue, year, len(papers))
    return papers


def list_accepted(client: Any, rule: VenueYear, venue: str, year: int, baseurl: str) -> list[Paper]:
    """List the accepted main-conference papers of a venue and year, sorted by paper_id.

    `rule` is the entry of the venue table, `client` one of the API that it names, and `baseurl` its
    host, which completes relative links to PDFs.

    Raises
    ------
    DatafootprintError
        If the listing is empty, ends early or cannot be understood, a paper has no decision or an
        unknown one, or none is accepted.
    """
    papers = []
    try:
        noted = _decision_notes(client, rule)
        # A note may hold all reviews of its paper, so notes are not kept.
        for note in _candidates(client, rule, venue, year, noted):
            decision = _decision(note, noted.get(note.id, {}), rule, year)
            if decision is not None and _is_of(note, rule, year):
                papers.append(_paper(note, decision, year, baseurl))
    except requests.RequestException:  # some are ValueErrors too
        raise
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DatafootprintError(
            f"{client.baseurl}: the answer has another form than this version of the workflow "
            f"knows ({type(error).__name__}: {error})."
        ) from None
    if not papers:
        raise DatafootprintError(
            f"{venue} {year}: OpenReview lists submissions, none of them accepted. Compare "
            f"`decisions` of the venue table with the notes on {baseurl}."
        )
    published = rule.get("published")
    if published is not None and abs(len(papers) - published) > TOLERATED_DIFFERENCE:
        log.warning(
            "%s %d: OpenReview lists %d accepted papers, published are %d; the listing is used.",
            *(venue, year, len(papers), published),
        )
    return sorted(papers, key=Paper.key_values)


def _is_of(note: Any, rule: VenueYear, year: int) -> bool:
    """Tell whether a paper is of this year, where one venueid holds all years, as of journals."""
    if str(year) in rule["submissions"].get("venueid", str(year)):
        return True
    if getattr(note, "pdate", None) is None:
        raise DatafootprintError(
            f"paper {note.id} has no date of publication (pdate), but its venue keeps all years "
            "under one venueid, so that its year is not known; name the year in the venueid."
        )
    return datetime.fromtimestamp(note.pdate / 1000, UTC).year == year


def _candidates(
    client: Any, rule: VenueYear, venue: str, year: int, noted: Mapping[str, Mapping[str, Any]]
) -> Iterator[Any]:
    query: dict[str, Any] = {}
    if "invitation" in rule["submissions"]:
        query["invitation"] = rule["submissions"]["invitation"]
    else:
        query["content"] = {"venueid": rule["submissions"]["venueid"]}
    if any(place["at"] == "reply" for place in rule["decisions"]):
        query["details"] = "directReplies"
    listed: set[str] = set()
    for note in _pages(client, query):
        if note.id not in listed:
            listed.add(note.id)
            yield note
    if not listed:
        raise DatafootprintError(
            f"{venue} {year}: {client.baseurl} lists no papers for {rule['submissions']}. A note "
            f"is on one host only: check `api: {rule['api']}` of the venue table and "
            f"papers.openreview.baseurl_{rule['api']}."
        )
    places = [place for place in rule["decisions"] if place["at"] == "note"]
    for forum in sorted(set(noted) - listed):
        # Accepted, then withdrawn: the paper left the listing, its decision did not.
        if any(_text(noted[forum].get(place["field"])) in place["accepted"] for place in places):
            yield client.get_note(forum)


def _pages(client: Any, query: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the notes of all pages; the page after the last one is empty."""
    notes, count = client.get_notes(**query, limit=PAGE_SIZE, sort="id", with_count=True)
    found = 0
    while notes and found <= count:
        found += len(notes)
        yield from notes
        notes = client.get_notes(**query, limit=PAGE_SIZE, sort="id", after=notes[-1].id)
    if found != count:
        raise DatafootprintError(
            f"{client.baseurl}: the listing of {dict(query)} has {found} notes, announced were "
            f"{count}. Run the command again."
        )


def _decision_notes(client: Any, rule: VenueYear) -> dict[str, dict[str, Any]]:
    """Map the forum of each paper to the content of its decision note, where notes hold it."""
    return {
        note.forum: note.content
        for place in rule["decisions"]
        if place["at"] == "note"
        for note in _pages(client, {"invitation": place["invitation"]})
    }


def _decision(note: Any, noted: Mapping[str, Any], rule: VenueYear, year: int) -> str | None:
    """Return the decision of an accepted paper, None for one that was not accepted."""
    for place in rule["decisions"]:
        decision = _text(_content(note, place, noted).get(place["field"]))
        if decision in place["accepted"]:
            return decision
        if decision in place["not_accepted"]:
            return None
        if decision:
            raise DatafootprintError(
                f"{year}: paper {note.id} has the unknown decision {decision[:200]!r}; add it to "
                "`accepted` or `not_accepted` of this year in the venue table (papers.venues "
                "overrides it)."
            )
    if rule.get("undecided") == "not_accepted":
        return None
    places = " or ".join(f"{p['at']} field {p['field']}" for p in rule["decisions"])
    raise DatafootprintError(
        f"{year}: paper {note.id} has no decision ({places}); the venue table does not fit this "
        "year, or the account may not see its decisions."
    )


def _content(note: Any, place: Mapping[str, Any], noted: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of a place that may hold the decision: submission, note of it, or reply."""
    if place["at"] != "reply":
        return note.content if place["at"] == "submission" else noted
    invitation = place["invitation"].replace("{number}", str(note.number))
    found: Mapping[str, Any] = {}
    for reply in reversed((note.details or {}).get("directReplies", [])):
        if invitation in (reply.get("invitations") or [reply.get("invitation")]):
            found = reply.get("content", {})
    return found


def _paper(note: Any, decision: str, year: int, baseurl: str) -> Paper:
    venue = _text(note.content.get("venue"))
    pdf = _text(note.content.get("pdf"))
    return Paper(
        paper_id=note.id,
        title=" ".join(_text(note.content.get("title")).split()),
        year=year,
        decision=venue or decision,
        pdf_url=baseurl.rstrip("/") + pdf if pdf.startswith("/") else pdf or None,
        number=note.number,
        source="openreview",
    )


def _text(value: Any) -> str:
    """Return a content field as text: API v1 holds it bare, v2 as ``{"value": ...}``."""
    if isinstance(value, Mapping):
        value = value.get("value")
    return storable(value).strip() if isinstance(value, str) else ""
