"""Sources of PDFs: each takes the papers that are still wanted and yields what came of asking."""

import io
import logging
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from datafootprint.errors import DatafootprintError
from datafootprint.papers.credentials import HOW_TO_LOG_IN
from datafootprint.papers.folder import find_in_folder
from datafootprint.papers.pdfs import Place
from datafootprint.tables import Row

logger = logging.getLogger(__name__)

# Most ids that OpenReview puts into one archive.
LARGEST_BATCH = 50

# What stands at the top of the page that guests get instead of an answer.
BROWSER_CHECK = b"Verifying your browser"
_HEAD_BYTES = 4096

# What damaged or foreign bytes provoke in zipfile: RuntimeError for a password, ValueError for
# names and offsets that cannot be.
_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
)


class FetchError(Exception):
    """A PDF could not be had; `status` is one of the table `pdfs`."""

    def __init__(self, status: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status


Fetched = tuple[Row, bytes | Path | FetchError]


class Source(Protocol):
    """A place to get PDFs from."""

    name: str

    def place(self, paper: Row) -> Place | None:
        """Say what names the paper's PDF at this source; None if the source does not have it."""

    def fetch(self, papers: list[Row]) -> Iterator[Fetched]:
        """Yield each paper with its PDF (bytes, or the path of a local file) or the failure."""


class FolderSource:
    """PDFs on disk, read where they lie."""

    name = "folder"

    def __init__(self, folder: str | Path, papers: Iterable[Row]) -> None:
        papers = list(papers)
        listed = {p["paper_id"]: Path(p["pdf_url"]) for p in papers if p["source"] == "folder"}
        rest = [paper for paper in papers if paper["paper_id"] not in listed]
        self._files = listed | find_in_folder(folder, rest)

    def place(self, paper: Row) -> Place | None:
        """Return the path of the file."""
        path = self._files.get(paper["paper_id"])
        return None if path is None else Place(self.name, str(path))

    def fetch(self, papers: list[Row]) -> Iterator[Fetched]:
        """Yield the paths."""
        for paper in papers:
            yield paper, self._files[paper["paper_id"]]


class UrlSource:
    """PDFs at addresses of their own."""

    name = "urls"

    def __init__(self, session: requests.Session, urls: Mapping[str, str]) -> None:
        self._session = session
        self._urls = urls

    def place(self, paper: Row) -> Place | None:
        """Return the address."""
        url = self._urls.get(paper["paper_id"])
        return None if url is None else Place(self.name, url)

    def fetch(self, papers: list[Row]) -> Iterator[Fetched]:
        """Ask for one after the other."""
        for paper in papers:
            yield paper, _get(self._session, self._urls[paper["paper_id"]])


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

    def place(self, paper: Row) -> Place | None:
        """Return the id and the link, which changes with each revision of the PDF."""
        url = paper["pdf_url"]
        return Place(self.name, f"{paper['paper_id']} {url}") if url else None

    def fetch(self, papers: list[Row]) -> Iterator[Fetched]:
        """Ask in batches where the host can, else singly."""
        kept = [paper for paper in papers if self._keeps(paper["pdf_url"])]
        for paper in papers:
            if not self._keeps(paper["pdf_url"]):
                yield paper, _get(self._session, paper["pdf_url"])
        if kept and self._client is None:
            self._client = self._connect()
        size = self._batch if self._api == "v2" else 1
        for first in range(0, len(kept), size):
            yield from self._fetch_batch(kept[first : first + size])

    def _keeps(self, url: str) -> bool:
        try:
            return urlsplit(url).netloc == self._host
        except ValueError:
            return False

    def _fetch_batch(self, papers: list[Row]) -> Iterator[Fetched]:
        if len(papers) == 1:
            yield papers[0], self._fetch_one(papers[0])
            return
        ids = [paper["paper_id"] for paper in papers]
        answer = self._ask(lambda: self._client.get_attachment("pdf", ids=ids))
        if isinstance(answer, FetchError):
            if answer.status == "unreachable":
                yield from ((paper, answer) for paper in papers)
                return
            # One paper may spoil the whole archive: halves find it.
            logger.info("No archive of %d PDFs (%s); asking in halves.", len(papers), answer)
            middle = len(papers) // 2
            yield from self._fetch_batch(papers[:middle])
            yield from self._fetch_batch(papers[middle:])
            return
        archive = PdfArchive(answer, self._max_bytes)
        if not any(paper["number"] in archive.members for paper in papers):
            raise DatafootprintError(
                f"{self._host} was asked for {len(papers)} PDFs and sent something else than an "
                "archive of them; set papers.openreview.batch to 1 to ask for one at a time."
            )
        for paper in papers:
            content = archive.read(paper["number"])
            yield paper, self._fetch_one(paper) if content is None else content

    def _fetch_one(self, paper: Row) -> bytes | FetchError:
        paper_id = paper["paper_id"]
        if self._api == "v2":
            return self._ask(lambda: self._client.get_attachment("pdf", ids=[paper_id]))
        return self._ask(lambda: self._client.get_pdf(paper_id))

    def _ask(self, request: Callable[[], bytes]) -> bytes | FetchError:
        import openreview

        from datafootprint.connections import TooLargeError
        from datafootprint.papers.openreview_login import explained

        try:
            answer = request()
        except openreview.OpenReviewException as error:
            details = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
            if details.get("status") == 404 or "NotFound" in str(details.get("name")):
                return FetchError("not_found", "OpenReview has no PDF for this id")
            with explained(f"https://{self._host}"):
                raise
        except TooLargeError as error:
            return FetchError("too_large", str(error))
        except requests.RequestException as error:
            return FetchError("unreachable", str(error))
        if BROWSER_CHECK in answer[:_HEAD_BYTES]:
            raise DatafootprintError(
                f"{self._host} sent its check of the browser instead of PDFs: {HOW_TO_LOG_IN}. "
                "What was fetched is kept."
            )
        return answer


class PdfArchive:
    """A zip archive of PDFs, unpacked one member at a time and never onto the disk.

    Parameters
    ----------
    archive : bytes
        The archive; bytes that are none give no members.
    max_bytes : int
        Largest PDF, whatever size the archive declares.

    Attributes
    ----------
    members : dict
        The paper number that a member's name begins with (`<number>_<title>.pdf`) -> the member.
    """

    def __init__(self, archive: bytes, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._archive: zipfile.ZipFile | None = None
        self.members: dict[int, zipfile.ZipInfo] = {}
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(archive))
        except _BROKEN_ARCHIVE as error:
            logger.warning("Archive that cannot be read: %s.", error)
            return
        for member in self._archive.infolist():
            number = re.match(r"[0-9]{1,9}(?=_|$)", member.filename.rpartition("/")[2])
            if number:
                self.members[int(number[0])] = member

    def read(self, number: int | None) -> bytes | FetchError | None:
        """Return the PDF of a paper; None if the archive has none that can be unpacked."""
        member = None if number is None else self.members.get(number)
        if self._archive is None or member is None:
            return None
        try:
            with self._archive.open(member) as stream:
                content = stream.read(self._max_bytes + 1)
        except _BROKEN_ARCHIVE as error:
            name = member.filename[:80]
            logger.warning("Archive: %r cannot be unpacked: %s.", name, error)
            return None
        if len(content) > self._max_bytes:
            return FetchError("too_large", f"more than {self._max_bytes / 1e6:.1f} MB")
        return content


def _get(session: requests.Session, url: str) -> bytes | FetchError:
    from datafootprint.connections import TooLargeError
    from datafootprint.papers.transport import RefusedAddressError

    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = ""
    if scheme not in ("http", "https"):
        return FetchError("refused", f"{url[:80]}: not a link of the web")
    try:
        response = session.get(url)
    except RefusedAddressError as error:
        return FetchError("refused", str(error))
    except TooLargeError as error:
        return FetchError("too_large", str(error))
    except requests.exceptions.InvalidSchema:
        return FetchError("refused", "redirects to something else than a link of the web")
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema):
        return FetchError("refused", f"{url[:80]}: not a link of the web")
    except requests.RequestException as error:
        return FetchError("unreachable", str(error))
    except ValueError:
        return FetchError("refused", "redirects to what is no link of the web")
    if response.status_code in (404, 410):
        return FetchError("not_found", f"HTTP {response.status_code}")
    if not response.ok:
        return FetchError("unreachable", f"HTTP {response.status_code} {response.reason}")
    return response.content
