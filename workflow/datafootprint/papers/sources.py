"""Sources of PDFs: each takes the papers that are still wanted and yields PDFs or failures."""

import io
import logging
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import requests

from datafootprint.errors import DatafootprintError
from datafootprint.http import TooLargeError, explain, shown_host
from datafootprint.papers.folder import find_in_folder
from datafootprint.papers.openreview_client import fetch_pdf
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.pdfs import FetchError, Place, without_access
from datafootprint.waiting import LongWaitError

log = logging.getLogger(__name__)

#: Most ids that OpenReview puts into one archive.
LARGEST_BATCH = 50
#: What a damaged archive provokes in zipfile; RuntimeError stands for a password.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)

Fetched = tuple[Paper, bytes | Path | FetchError]


class Source(Protocol):
    """A place to get PDFs from."""

    name: str

    def place(self, paper: Paper) -> Place | None:
        """Return what names the paper's PDF at this source; None if the source lacks it."""

    def fetch(self, papers: list[Paper]) -> Iterator[Fetched]:
        """Yield each paper with its PDF (bytes, or the path of a local file) or the failure."""


class ListedSource:
    """PDFs at known addresses (by paper_id), which `get` takes one at a time."""

    def __init__(
        self,
        name: str,
        addresses: Mapping[str, str],
        get: Callable[[str], bytes | Path | FetchError],
    ) -> None:
        self.name = name
        self._addresses = addresses
        self._get = get

    def place(self, paper: Paper) -> Place | None:
        """Return the address."""
        address = self._addresses.get(paper.paper_id)
        return None if address is None else Place(self.name, address)

    def fetch(self, papers: list[Paper]) -> Iterator[Fetched]:
        """Get one after the other."""
        for paper in papers:
            yield paper, self._get(self._addresses[paper.paper_id])


def folder_source(folder: str | Path, papers: Iterable[Paper]) -> ListedSource:
    """Return the PDFs of a folder, which are read where they are."""
    papers = list(papers)
    listed = {p.paper_id: p.pdf_url for p in papers if p.source == "folder" and p.pdf_url}
    found = find_in_folder(folder, [paper for paper in papers if paper.paper_id not in listed])
    return ListedSource("folder", listed | {key: str(path) for key, path in found.items()}, Path)


class OpenReviewSource:
    """PDFs that OpenReview keeps, and those a note links to elsewhere.

    `connect` logs in and returns the client, when the first PDF is needed. API v1 sends one PDF per
    request, v2 up to 50 (`batch`) in a zip archive. Links to hosts other than that of `baseurl` are
    followed with `session`, which has no credentials.
    """

    name = "openreview"

    def __init__(
        self,
        connect: Callable[[], Any],
        api: str,
        baseurl: str,
        session: requests.Session,
        batch: int,
        max_bytes: int,
    ) -> None:
        self._connect = connect
        self._client: Any = None
        self._api = api
        self._baseurl = f"{baseurl.rstrip('/')}/"
        self._host = shown_host(baseurl)
        self._session = session
        self._batch = min(batch, LARGEST_BATCH) if api == "v2" else 1
        self._max_bytes = max_bytes

    def place(self, paper: Paper) -> Place | None:
        """Return the id and the link, which changes with each revision of the PDF."""
        url = paper.pdf_url
        return Place(self.name, f"{paper.paper_id} {url}") if url else None

    def fetch(self, papers: list[Paper]) -> Iterator[Fetched]:
        """Ask in batches, then follow links to elsewhere."""
        kept = [paper for paper in papers if self._keeps(paper)]
        if kept and self._client is None:
            self._client = self._connect()
        for first in range(0, len(kept), self._batch):
            yield from self._fetch_batch(kept[first : first + self._batch])
        for paper in papers:
            if not self._keeps(paper):
                yield paper, fetch_link(self._session, str(paper.pdf_url))

    def _keeps(self, paper: Paper) -> bool:
        return str(paper.pdf_url).startswith(self._baseurl)

    def _fetch_batch(self, papers: list[Paper]) -> Iterator[Fetched]:
        if len(papers) == 1:
            yield papers[0], self._fetch_one(papers[0])
            return
        ids = [paper.paper_id for paper in papers]
        answer = fetch_pdf(lambda: self._client.get_attachment("pdf", ids=ids), self._host)
        if isinstance(answer, FetchError) and answer.status == "unreachable":
            yield from ((paper, answer) for paper in papers)
        elif isinstance(answer, FetchError):
            # One paper may spoil the whole archive: halves find it.
            log.info("No archive of %d PDFs (%s); asking in halves.", len(papers), answer)
            middle = len(papers) // 2
            yield from self._fetch_batch(papers[:middle])
            yield from self._fetch_batch(papers[middle:])
        else:
            found = unpack(answer, self._max_bytes)
            uses = Counter(paper.number for paper in papers)
            if not uses.keys() & found.keys():
                raise DatafootprintError(
                    f"{self._host} was asked for {len(papers)} PDFs and sent something else than "
                    "an archive of them; set papers.openreview.pdfs_per_request to 1."
                )
            for paper in papers:
                content = found.get(paper.number) if uses[paper.number] == 1 else None
                yield paper, self._fetch_one(paper) if content is None else content

    def _fetch_one(self, paper: Paper) -> bytes | FetchError:
        def request() -> bytes:
            if self._api == "v2":
                content: bytes = self._client.get_attachment("pdf", id=paper.paper_id)
            else:
                content = self._client.get_pdf(paper.paper_id)
            return content

        answer = fetch_pdf(request, self._host)
        if isinstance(answer, bytes) and answer.startswith(b"PK"):
            # One PDF may come in an archive as well, under whatever number.
            answer = next(iter(unpack(answer, self._max_bytes).values()), answer)
        return answer


def unpack(archive: bytes, max_bytes: int) -> dict[int | None, bytes | FetchError]:
    """Return number -> PDF, or that it is too large, of an archive of `<number>_<title>.pdf`.

    What is damaged is left out.
    """
    found: dict[int | None, bytes | FetchError] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            for member in opened.infolist():
                number = re.match(r"[0-9]{1,9}(?=_|$)", member.filename.rpartition("/")[2])
                if number is None:
                    continue
                with suppress(*_DAMAGED), opened.open(member) as stream:
                    content = stream.read(max_bytes + 1)
                    large = FetchError("too_large", f"more than {max_bytes / 1e6:.1f} MB")
                    found[int(number[0])] = large if len(content) > max_bytes else content
    except _DAMAGED as error:
        log.warning("An archive of PDFs cannot be read: %s.", error)
    return found


def fetch_link(session: requests.Session, url: str) -> bytes | FetchError:
    """Return what a link of a listing or table leads to, or why it cannot be had.

    The session has no credentials.
    """
    if not re.match("https?://", url, re.IGNORECASE):
        return FetchError("refused", f"{without_access(url)[:80]}: not a link of the web")
    try:
        response = session.get(url)
    except TooLargeError as error:
        return FetchError("too_large", str(error))
    except (requests.exceptions.InvalidSchema, ValueError):
        return FetchError("refused", f"{without_access(url)[:80]}: leads to no link of the web")
    except (requests.RequestException, LongWaitError) as error:
        return FetchError("unreachable", str(explain(error, shown_host(url))))
    if response.status_code in (404, 410):
        return FetchError("not_found", f"HTTP {response.status_code}")
    if not response.ok:
        return FetchError("unreachable", f"HTTP {response.status_code} {response.reason}")
    return response.content
