"""The PDFs that OpenReview has, or links to."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.http import session, shown_host
from datafootprint.papers.openreview_client import fetch_pdf, log_in
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_params import Settings
from datafootprint.papers.pdfs import Outcome

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
        self.web = session(max_megabytes=self.megabytes)

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
            url = str(paper.pdf_url)
            if not url.startswith(own):
                yield paper, fetch_pdf(shown_host(url), self._follow, url)

    def _follow(self, url: str) -> bytes:
        response = self.web.get(url)
        response.raise_for_status()
        return response.content

    def _fetch_batch(self, papers: Sequence[Paper]) -> Iterator[Fetched]:
        uses = Counter(paper.number for paper in papers)
        found: dict[int | None, bytes] = {}
        if len(papers) > 1:
            host, ids = shown_host(self.baseurl), [paper.paper_id for paper in papers]
            answer = fetch_pdf(host, self.client.get_attachment, "pdf", ids=ids)
            if isinstance(answer, bytes):
                found = unpack(answer, self.megabytes * 1e6)
                if not found:
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
        host, client = shown_host(self.baseurl), self.client
        if self.api == "v1":
            return fetch_pdf(host, client.get_pdf, paper.paper_id)
        answer = fetch_pdf(host, client.get_attachment, "pdf", id=paper.paper_id)
        if isinstance(answer, bytes) and answer.startswith(b"PK"):
            # One PDF may come in an archive as well, under whatever number.
            answer = next(iter(unpack(answer, self.megabytes * 1e6).values()), answer)
        return answer


def unpack(archive: bytes, max_bytes: float) -> dict[int | None, bytes]:
    """Return number -> PDF of an archive of `<number>_<title>.pdf`, up to what is damaged.

    What is larger than allowed is left out.
    """
    found: dict[int | None, bytes] = {}
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for member in opened.infolist():
            number = re.match(r"[0-9]+(?=_|$)", member.filename)
            # No more is unpacked than the size that a member states.
            if number is not None and member.file_size <= max_bytes:
                found[int(number[0])] = opened.read(member)
    return found
