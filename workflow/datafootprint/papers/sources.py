"""Where PDFs may be had: folders, links, OpenReview."""

import io
import logging
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import requests

from datafootprint.errors import DatafootprintError
from datafootprint.http import TooLargeError, explain, shown_host
from datafootprint.papers.folder import find_in_folder
from datafootprint.papers.openreview_client import fetch_pdf
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.pdfs import Outcome, judge
from datafootprint.waiting import LongWaitError

log = logging.getLogger(__name__)

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


def one_by_one(
    name: str, addresses: Mapping[str, str], get: Callable[[str], bytes | Outcome]
) -> Source:
    """Return a source of which `get` takes one address at a time."""
    return Source(name, addresses, lambda papers: ((p, get(addresses[p.paper_id])) for p in papers))


def folder_source(folder: str | Path, papers: Iterable[Paper], max_bytes: int) -> Source:
    """Return the PDFs of a folder, which are read where they are."""

    def get(path: str) -> Outcome:
        try:
            return judge(Path(path).read_bytes(), max_bytes)
        except OSError as error:
            return Outcome("unreachable", f"{path}: {error.strerror}")

    return one_by_one("folder", find_in_folder(folder, papers), get)


def openreview_sources(
    papers: Iterable[Paper], kept: "OpenReviewPdfs", web: requests.Session
) -> list[Source]:
    """Return the PDFs that OpenReview keeps, and those that a note links to elsewhere.

    An address is the id and the link, which changes with each revision of the PDF. Links to other
    hosts are followed with `web`, which has no credentials.
    """
    addresses = {p.paper_id: f"{p.paper_id} {p.pdf_url}" for p in papers if p.pdf_url}
    inside = f" {kept.baseurl.rstrip('/')}/"
    ours = {key: address for key, address in addresses.items() if inside in address}
    elsewhere = {key: address for key, address in addresses.items() if key not in ours}

    def follow(address: str) -> bytes | Outcome:
        return fetch_link(web, address.partition(" ")[2])

    return [
        Source("openreview", ours, kept.fetch),
        one_by_one("openreview", elsewhere, follow),
    ]


@dataclass
class OpenReviewPdfs:
    """The PDFs of one API: v1 sends one per request, v2 up to 50 in a zip archive (`batch`)."""

    #: Logs in and returns the client, when the first PDF is needed.
    connect: Callable[[], Any]
    api: str
    baseurl: str
    batch: int
    max_bytes: int

    @cached_property
    def client(self) -> Any:
        """The client, logged in."""
        return self.connect()

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
            found = unpack(answer, self.max_bytes)
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
            answer = next(iter(unpack(answer, self.max_bytes).values()), answer)
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
