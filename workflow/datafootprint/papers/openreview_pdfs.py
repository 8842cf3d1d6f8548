"""The PDFs that OpenReview has, or links to."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

import requests

from datafootprint.errors import DatafootprintError
from datafootprint.http import TooLargeError, explain, session, shown_host
from datafootprint.papers.openreview_client import fetch_pdf, limits, log_in
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_params import Settings
from datafootprint.papers.pdfs import Outcome
from datafootprint.waiting import LongWaitError

#: No server that a listing links to keeps all others waiting for longer.
LONGEST_LINK_WAIT_S = 60.0
#: What a damaged archive provokes in zipfile; RuntimeError stands for a password.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
#: A paper with its PDF, or with what else came of asking.
Fetched = tuple[Paper, bytes | Outcome]


class OpenReviewPdfs:
    """The PDFs of one API: v1 sends one per request, v2 up to 50 in a zip archive."""

    def __init__(self, settings: Settings, api: str) -> None:
        self.settings, self.api = settings, api
        self.baseurl: str = settings["openreview"][f"baseurl_{api}"]
        self.batch: int = settings["openreview"]["pdfs_per_request"] if api == "v2" else 1
        self.megabytes: float = settings["download"]["max_megabytes"]
        # The client's session, which has credentials, follows no link to elsewhere.
        self.web = session(**limits(settings, self.megabytes, LONGEST_LINK_WAIT_S))

    @cached_property
    def client(self) -> Any:
        """The client, logged in when the first PDF is needed."""
        return log_in(self.settings, self.api, self.megabytes * self.batch)

    def fetch(self, papers: Sequence[Paper]) -> Iterator[Fetched]:
        """Yield what comes of asking for papers, all of which have a link."""
        own = f"{self.baseurl.rstrip('/')}/"
        here = [paper for paper in papers if str(paper.pdf_url).startswith(own)]
        for first in range(0, len(here), self.batch):
            yield from self._fetch_batch(here[first : first + self.batch])
        for paper in papers:
            if not str(paper.pdf_url).startswith(own):
                yield paper, fetch_link(self.web, str(paper.pdf_url))

    def _fetch_batch(self, papers: Sequence[Paper]) -> Iterator[Fetched]:
        uses = Counter(paper.number for paper in papers)
        found: dict[int | None, bytes] = {}
        if len(papers) > 1:
            host, ids = shown_host(self.baseurl), [paper.paper_id for paper in papers]
            answer = fetch_pdf(lambda: self.client.get_attachment("pdf", ids=ids), host)
            if isinstance(answer, bytes):
                found = unpack(answer, int(self.megabytes * 1e6))
                if not uses.keys() & found.keys():
                    raise DatafootprintError(
                        f"{host} was asked for {len(papers)} PDFs and sent something else than an "
                        "archive of them; set papers.openreview.pdfs_per_request to 1."
                    )
            elif answer.status == "unreachable":
                yield from ((paper, answer) for paper in papers)
                return
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
    """Return what a link of a listing leads to, or why it cannot be had.

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
    if not response.ok:
        status = "not_found" if response.status_code in (404, 410) else "unreachable"
        return Outcome(status, f"HTTP {response.status_code} {response.reason}")
    return response.content
