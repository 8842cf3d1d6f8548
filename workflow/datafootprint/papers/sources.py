"""Where PDFs may be had: folders, links, OpenReview."""

import io
import logging
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import requests

from datafootprint.errors import DatafootprintError
from datafootprint.http import TooLargeError, explain, session, shown_host
from datafootprint.papers.folder import find_in_folder
from datafootprint.papers.openreview_client import fetch_pdf, limits, log_in
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_params import Settings
from datafootprint.papers.papers_tables import PdfUrls
from datafootprint.papers.pdfs import Outcome, judge
from datafootprint.papers.venues import find_venue_year
from datafootprint.tables import read_table
from datafootprint.waiting import LongWaitError

log = logging.getLogger(__name__)

#: No server that a listing links to keeps all others waiting for longer.
LONGEST_LINK_WAIT_S = 60.0
#: What a damaged archive provokes in zipfile; RuntimeError stands for a password.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)

#: A paper with its PDF, or with what else came of asking.
Fetched = tuple[Paper, bytes | Outcome]


@dataclass(frozen=True)
class Source:
    """A place to get PDFs from."""

    name: str
    #: What names the PDF of a paper there, by paper_id.
    addresses: Mapping[str, str]
    #: Yields what comes of asking for papers that have an address.
    fetch: Callable[[list[Paper]], Iterable[Fetched]]


def sources_of(papers: Sequence[Paper], settings: Settings, venue: str, year: int) -> list[Source]:
    """Return the sources of the PDFs of listed papers, in the order of `papers.pdf_sources`."""
    megabytes = settings["download"]["max_megabytes"]
    web = session(**limits(settings, megabytes, LONGEST_LINK_WAIT_S))
    found: list[Source] = []
    for name in settings["pdf_sources"]:
        if name == "folder" and settings["folder"] is not None:
            get = partial(_read, max_bytes=int(megabytes * 1e6))
            found.append(_one_by_one(name, find_in_folder(settings["folder"], papers), get))
        elif name == "urls" and settings["urls"] is not None:
            urls = read_table(settings["urls"], PdfUrls)
            addresses = dict(zip(urls["paper_id"], urls["url"], strict=True))
            found.append(_one_by_one(name, addresses, partial(fetch_link, web)))
        elif name == "openreview" and settings["source"] == "openreview":
            api = find_venue_year(settings["venues"], venue, year)["api"]
            kept = OpenReviewPdfs(settings, api)
            # An address is the id and the link, which changes with each revision of the PDF.
            addresses = {p.paper_id: f"{p.paper_id} {p.pdf_url}" for p in papers if p.pdf_url}
            inside = f" {kept.baseurl.rstrip('/')}/"
            ours = {key: address for key, address in addresses.items() if inside in address}
            elsewhere = {key: address for key, address in addresses.items() if key not in ours}
            found.append(Source(name, ours, kept.fetch))
            # The client's session, which has credentials, follows no link to elsewhere.
            found.append(
                _one_by_one(name, elsewhere, lambda link: fetch_link(web, link.partition(" ")[2]))
            )
    return found


def _one_by_one(
    name: str, addresses: Mapping[str, str], get: Callable[[str], bytes | Outcome]
) -> Source:
    return Source(name, addresses, lambda papers: ((p, get(addresses[p.paper_id])) for p in papers))


def _read(path: str, max_bytes: int) -> Outcome:
    try:
        return judge(Path(path).read_bytes(), max_bytes)
    except OSError as error:
        return Outcome("unreachable", f"{path}: {error.strerror}")


class OpenReviewPdfs:
    """The PDFs of one API: v1 sends one per request, v2 up to 50 in a zip archive."""

    def __init__(self, settings: Settings, api: str) -> None:
        self.settings, self.api = settings, api
        self.baseurl: str = settings["openreview"][f"baseurl_{api}"]
        self.batch: int = settings["openreview"]["pdfs_per_request"] if api == "v2" else 1
        self.megabytes: float = settings["download"]["max_megabytes"]

    @cached_property
    def client(self) -> Any:
        """The client, logged in when the first PDF is needed."""
        return log_in(self.settings, self.api, self.megabytes * self.batch)

    def fetch(self, papers: list[Paper]) -> Iterator[Fetched]:
        """Ask in batches."""
        for first in range(0, len(papers), self.batch):
            yield from self._fetch_batch(papers[first : first + self.batch])

    def _fetch_batch(self, papers: list[Paper]) -> Iterator[Fetched]:
        if len(papers) == 1:
            yield papers[0], self._fetch_one(papers[0])
            return
        host, ids = shown_host(self.baseurl), [paper.paper_id for paper in papers]
        answer = fetch_pdf(lambda: self.client.get_attachment("pdf", ids=ids), host)
        if isinstance(answer, Outcome) and answer.status == "unreachable":
            yield from ((paper, answer) for paper in papers)
        elif isinstance(answer, Outcome):
            # One paper may spoil the whole archive: halves find it.
            log.info("No archive of %d PDFs (%s); asking in halves.", len(papers), answer.detail)
            middle = len(papers) // 2
            yield from self._fetch_batch(papers[:middle])
            yield from self._fetch_batch(papers[middle:])
        else:
            found = unpack(answer, int(self.megabytes * 1e6))
            uses = Counter(paper.number for paper in papers)
            if not uses.keys() & found.keys():
                raise DatafootprintError(
                    f"{host} was asked for {len(papers)} PDFs and sent something else than an "
                    "archive of them; set papers.openreview.pdfs_per_request to 1."
                )
            for paper in papers:
                content = found.get(paper.number) if uses[paper.number] == 1 else None
                yield paper, content or self._fetch_one(paper)

    def _fetch_one(self, paper: Paper) -> bytes | Outcome:
        def request() -> Any:
            if self.api == "v2":
                return self.client.get_attachment("pdf", id=paper.paper_id)
            return self.client.get_pdf(paper.paper_id)

        answer = fetch_pdf(request, shown_host(self.baseurl))
        if isinstance(answer, bytes) and answer.startswith(b"PK"):
            # One PDF may come in an archive as well, under whatever number.
            answer = next(iter(unpack(answer, int(self.megabytes * 1e6)).values()), answer)
        return answer


def unpack(archive: bytes, max_bytes: int) -> dict[int | None, bytes]:
    """Return number -> PDF of an archive of `<number>_<title>.pdf`.

    What is damaged, or larger than allowed, is left out.
    """
    found: dict[int | None, bytes] = {}
    with suppress(*_DAMAGED), zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for member in opened.infolist():
            number = re.match(r"[0-9]{1,9}(?=_|$)", member.filename.rpartition("/")[2])
            # No more is unpacked than the size that a member states.
            if number is not None and member.file_size <= max_bytes:
                with suppress(*_DAMAGED):
                    found[int(number[0])] = opened.read(member)
    return found


def fetch_link(web: requests.Session, url: str) -> bytes | Outcome:
    """Return what a link of a listing or table leads to, or why it cannot be had.

    The session has no credentials.
    """
    try:
        host = shown_host(url)
        response = web.get(url)
    except TooLargeError as error:
        return Outcome("too_large", str(error))
    except (requests.RequestException, LongWaitError) as error:
        return Outcome("unreachable", str(explain(error, host)))
    except ValueError:
        return Outcome("unreachable", "the link is no address of the web")
    if response.status_code in (404, 410):
        return Outcome("not_found", f"HTTP {response.status_code}")
    if not response.ok:
        return Outcome("unreachable", f"HTTP {response.status_code} {response.reason}")
    return response.content
