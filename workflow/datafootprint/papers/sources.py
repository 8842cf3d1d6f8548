"""Sources of PDFs: each takes the papers that are still wanted and yields what came of asking."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from datafootprint.errors import DatafootprintError
from datafootprint.http import PrivateAddressError, TooLargeError, explain, shown_host
from datafootprint.papers.archives import PdfArchive
from datafootprint.papers.folder import find_in_folder
from datafootprint.papers.openreview_client import fetch_pdf
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.pdfs import FetchError, Place, without_access
from datafootprint.waiting import LongWaitError

log = logging.getLogger(__name__)

#: Most ids that OpenReview puts into one archive.
LARGEST_BATCH = 50

Fetched = tuple[Paper, bytes | Path | FetchError]


class Source(Protocol):
    """A place to get PDFs from."""

    name: str

    def place(self, paper: Paper) -> Place | None:
        """Say what names the paper's PDF at this source; None if the source does not have it."""

    def fetch(self, papers: list[Paper]) -> Iterator[Fetched]:
        """Yield each paper with its PDF (bytes, or the path of a local file) or the failure."""


class FolderSource:
    """PDFs on disk, read where they lie."""

    name = "folder"

    def __init__(self, folder: str | Path, papers: Iterable[Paper]) -> None:
        papers = list(papers)
        listed = {p.paper_id: Path(p.pdf_url) for p in papers if p.source == "folder" and p.pdf_url}
        rest = [paper for paper in papers if paper.paper_id not in listed]
        self._files = listed | find_in_folder(folder, rest)

    def place(self, paper: Paper) -> Place | None:
        """Return the path of the file."""
        path = self._files.get(paper.paper_id)
        return None if path is None else Place(self.name, str(path))

    def fetch(self, papers: list[Paper]) -> Iterator[Fetched]:
        """Yield the paths."""
        for paper in papers:
            yield paper, self._files[paper.paper_id]


class UrlSource:
    """PDFs at addresses of their own."""

    name = "urls"

    def __init__(self, session: requests.Session, urls: Mapping[str, str]) -> None:
        self._session = session
        self._urls = urls

    def place(self, paper: Paper) -> Place | None:
        """Return the address."""
        url = self._urls.get(paper.paper_id)
        return None if url is None else Place(self.name, url)

    def fetch(self, papers: list[Paper]) -> Iterator[Fetched]:
        """Ask for one after the other."""
        for paper in papers:
            yield paper, fetch_link(self._session, self._urls[paper.paper_id])


class OpenReviewSource:
    """PDFs that OpenReview keeps, and those a note links to elsewhere.

    Parameters
    ----------
    connect : callable
        Logs in and returns the client; called when the first PDF is needed.
    api : str
        v1 hands out one PDF a request, v2 up to 50 in a zip archive.
    baseurl : str
        Host of the API; links to other hosts are followed with `session`.
    session : requests.Session
        Without credentials.
    batch : int
        PDFs a request (v2).
    max_bytes : int
        Largest PDF.
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
        self._host = urlsplit(baseurl).netloc
        self._session = session
        self._batch = min(batch, LARGEST_BATCH)
        self._max_bytes = max_bytes

    def place(self, paper: Paper) -> Place | None:
        """Return the id and the link, which changes with each revision of the PDF."""
        url = paper.pdf_url
        return Place(self.name, f"{paper.paper_id} {url}") if url else None

    def fetch(self, papers: list[Paper]) -> Iterator[Fetched]:
        """Ask in batches where the host can, else singly; at last follow links to elsewhere."""
        kept = [paper for paper in papers if self._keeps(paper.pdf_url)]
        if kept and self._client is None:
            self._client = self._connect()
        size = self._batch if self._api == "v2" else 1
        for first in range(0, len(kept), size):
            yield from self._fetch_batch(kept[first : first + size])
        for paper in papers:
            if not self._keeps(paper.pdf_url):
                yield paper, fetch_link(self._session, paper.pdf_url)

    def _keeps(self, url: str) -> bool:
        try:
            return urlsplit(url).netloc == self._host
        except ValueError:
            return False

    def _fetch_batch(self, papers: list[Paper]) -> Iterator[Fetched]:
        if len(papers) == 1:
            yield papers[0], self._fetch_one(papers[0])
            return
        ids = [paper.paper_id for paper in papers]
        answer = self._ask(lambda: self._client.get_attachment("pdf", ids=ids))
        if isinstance(answer, FetchError):
            if answer.status == "unreachable":
                yield from ((paper, answer) for paper in papers)
                return
            # One paper may spoil the whole archive: halves find it.
            log.info("No archive of %d PDFs (%s); asking in halves.", len(papers), answer)
            middle = len(papers) // 2
            yield from self._fetch_batch(papers[:middle])
            yield from self._fetch_batch(papers[middle:])
            return
        archive = PdfArchive(answer, self._max_bytes)
        if not any(paper.number in archive.members for paper in papers):
            raise DatafootprintError(
                f"{self._host} was asked for {len(papers)} PDFs and sent something else than an "
                "archive of them; set papers.openreview.batch to 1 to ask for one at a time."
            )
        uses = Counter(paper.number for paper in papers)
        for paper in papers:
            unique = uses[paper.number] == 1
            content = archive.read(paper.number) if unique else None
            yield paper, self._fetch_one(paper) if content is None else content

    def _fetch_one(self, paper: Paper) -> bytes | FetchError:
        paper_id = paper.paper_id
        if self._api == "v2":
            return self._ask(lambda: self._client.get_attachment("pdf", ids=[paper_id]))
        return self._ask(lambda: self._client.get_pdf(paper_id))

    def _ask(self, request: Callable[[], bytes]) -> bytes | FetchError:
        return fetch_pdf(request, self._host)


def fetch_link(session: requests.Session, url: str) -> bytes | FetchError:
    """Return what a link leads to, or why it cannot be had.

    Parameters
    ----------
    session : requests.Session
        Without credentials; it refuses private addresses.
    url : str
        From a listing or a table, so anybody's.
    """
    if not re.match("https?://", url, re.IGNORECASE):
        return FetchError("refused", f"{without_access(url)[:80]}: not a link of the web")
    try:
        response = session.get(url)
    except (PrivateAddressError, TooLargeError) as error:
        status = "refused" if isinstance(error, PrivateAddressError) else "too_large"
        return FetchError(status, str(error))
    except (requests.exceptions.InvalidSchema, ValueError):
        return FetchError("refused", f"{without_access(url)[:80]}: leads to no link of the web")
    except (requests.RequestException, LongWaitError) as error:
        return FetchError("unreachable", str(explain(error, shown_host(url))))
    if response.status_code in (404, 410):
        return FetchError("not_found", f"HTTP {response.status_code}")
    if not response.ok:
        return FetchError("unreachable", f"HTTP {response.status_code} {response.reason}")
    return response.content
