"""A loopback server that speaks OpenReview's two APIs, with faults on demand."""

import io
import json
import threading
import time
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE_LIMIT = 1000
TOKEN = "token-of-a-session"
VERIFYING = b"<!DOCTYPE html><html><title>Verifying your browser</title></html>"


@dataclass
class Answer:
    """One answer; `cut` sends so many bytes less than announced, `drip_s` waits after each."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    cut: int = 0
    drop: bool = False
    drip_s: float = 0.0


def as_json(value: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value).encode(), headers)


def too_many(seconds: float) -> Answer:
    reset = datetime.now(UTC) + timedelta(seconds=seconds)
    stamp = reset.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    details = {"limit": 36, "remaining": 0, "resetTime": stamp}
    return as_json({"name": "RateLimitError", "status": 429, "details": details}, 429)


@dataclass
class OpenReview:
    """What a server holds and how it behaves."""

    api: str
    notes: list[dict[str, Any]] = field(default_factory=list)
    pdfs: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    guests: str = "welcome"  # or "challenged", "html"
    account: tuple[str, str] = ("me@example.org", "correct horse")
    second_factor: str | None = None
    faults: dict[str, deque[Answer | Callable[[], Answer]]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    member_name: Callable[[int, str], str] = lambda number, title: f"{number}_{title[:20]}.pdf"
    delay_s: float = 0.0
    url: str = ""

    def answer(self, path: str, query: Mapping[str, str], token: str | None) -> Answer:
        self.requests.append((path, dict(query)))
        queue = self.faults.get(path)
        if queue:
            fault = queue.popleft()
            return fault() if callable(fault) else fault
        time.sleep(self.delay_s)
        if path in self.redirects:
            return Answer(302, headers={"Location": self.redirects[path]})
        if path in self.files:
            return Answer(200, self.files[path], kind="application/pdf")
        if token != TOKEN and self.guests == "challenged":
            return as_json({"name": "ChallengeRequiredError", "message": "challenge"}, 403)
        if token != TOKEN and self.guests == "html":
            return Answer(200, VERIFYING, kind="text/html")
        if path == "/notes":
            return self._notes(query)
        if path == "/attachment":
            return self._attachment(query)
        if path == "/pdf":
            return self._pdf(query["id"])
        return as_json({"name": "NotFoundError", "status": 404}, 404)

    def log_in(self, body: Mapping[str, Any]) -> Answer:
        self.requests.append(("/login", {}))
        if (body["id"], body["password"]) != self.account:
            return as_json({"name": "Error", "message": "Invalid username or password"}, 400)
        if self.second_factor is not None:
            pending = {"mfaPending": True, "mfaPendingToken": "p", "mfaMethods": ["totp"]}
            return as_json(pending | {"preferredMethod": "totp"})
        return self._session()

    def verify(self, body: Mapping[str, Any]) -> Answer:
        if body["code"] != self.second_factor:
            return as_json({"name": "MfaError", "message": "Invalid code"}, 400)
        return self._session()

    def _session(self) -> Answer:
        return as_json({"token": TOKEN, "user": {"profile": {"id": "~Me1"}}})

    def _notes(self, query: Mapping[str, str]) -> Answer:
        if ".*" in query.get("invitation", ""):
            return as_json({"name": "Error", "message": "must be a prefix regex"}, 400)
        found = [note for note in self.notes if self._fits(note, query)]
        if "id" not in query:
            found.sort(key=lambda note: note["id"])
        count = len(found)
        if "after" in query:
            found = [note for note in found if note["id"] > query["after"]]
        found = found[: min(int(query.get("limit", PAGE_LIMIT)), PAGE_LIMIT)]
        if query.get("details") != "directReplies":
            found = [{k: v for k, v in note.items() if k != "details"} for note in found]
        answer: dict[str, Any] = {"notes": found}
        if self.api == "v1" or query.get("count") == "true":
            answer["count"] = count
        return as_json(answer)

    def _fits(self, note: Mapping[str, Any], query: Mapping[str, str]) -> bool:
        if "id" in query:
            return bool(note["id"] == query["id"])
        invitations = note.get("invitations") or [note.get("invitation")]
        if "invitation" in query and query["invitation"] not in invitations:
            return False
        venueid = query.get("content.venueid")
        return venueid is None or note["content"].get("venueid", {}).get("value") == venueid

    def _attachment(self, query: Mapping[str, str]) -> Answer:
        ids = query.get("ids", query.get("id", "")).split(",")
        if len(ids) > 50 or not all(paper_id in self.pdfs for paper_id in ids):
            return as_json({"name": "NotFoundError", "status": 404}, 404)
        if len(ids) == 1:
            return self._pdf(ids[0])
        stream = io.BytesIO()
        by_id = {note["id"]: note for note in self.notes}
        with zipfile.ZipFile(stream, "w") as archive:
            for paper_id in reversed(ids):
                title = by_id[paper_id]["content"]["title"]["value"]
                name = self.member_name(by_id[paper_id]["number"], title)
                archive.writestr(name, self.pdfs[paper_id])
        self.sent += ids
        return Answer(200, stream.getvalue(), kind="application/zip")

    def _pdf(self, paper_id: str) -> Answer:
        if paper_id not in self.pdfs:
            return as_json({"name": "NotFoundError", "status": 404}, 404)
        self.sent.append(paper_id)
        return Answer(200, self.pdfs[paper_id], kind="application/pdf")


@contextmanager
def serve(service: OpenReview) -> Iterator[OpenReview]:
    """Run the service on a free port of the loopback interface; sets its `url`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            token = self.headers.get("Authorization", "").removeprefix("Bearer ") or None
            self._send(service.answer(parts.path, query, token))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            way = {"/login": service.log_in, "/mfa/verify": service.verify}
            self._send(way[urlsplit(self.path).path](body))

        def _send(self, answer: Answer) -> None:
            if answer.drop:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for byte in answer.body if answer.drip_s else b"":
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(answer.drip_s)
            if not answer.drip_s:
                self.wfile.write(answer.body[: len(answer.body) - answer.cut])
            if answer.cut:
                self.wfile.flush()
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except (ConnectionError, ValueError):
                self.close_connection = True

        def finish(self) -> None:
            try:
                super().finish()
            except (ConnectionError, ValueError):
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def paper_v2(number: int, year: int = 2024, status: str = "", **content: str) -> dict[str, Any]:
    """Return a note of API v2; `status` is the end of its venue id."""
    fields = {
        "title": f"Paper {number}: on things",
        "venue": f"ICLR {year} poster",
        "venueid": f"ICLR.cc/{year}/Conference{status}",
        "pdf": f"/pdf/{number:040x}.pdf",
    }
    return {
        "id": f"v2_{number:05d}",
        "forum": f"v2_{number:05d}",
        "number": number,
        "invitations": [f"ICLR.cc/{year}/Conference/-/Submission"],
        "content": {name: {"value": value} for name, value in (fields | content).items()},
        "signatures": [],
        "readers": ["everyone"],
        "writers": [],
    }


def paper_v1(
    number: int, invitation: str, replies: list[dict[str, Any]] | None = None, **content: str
) -> dict[str, Any]:
    """Return a note of API v1 with its direct replies."""
    fields = {"title": f"Paper {number}: on things", "pdf": f"/pdf/{number:040x}.pdf"}
    return {
        "id": f"v1_{number:05d}",
        "forum": f"v1_{number:05d}",
        "number": number,
        "invitation": invitation,
        "content": fields | content,
        "signatures": [],
        "readers": ["everyone"],
        "writers": [],
        "nonreaders": [],
        "details": {"directReplies": replies or []},
    }


def note_v1(note_id: str, forum: str, invitation: str, **content: str) -> dict[str, Any]:
    """Return a note of API v1 that belongs to a paper."""
    return {
        "id": note_id,
        "forum": forum,
        "replyto": forum,
        "number": 1,
        "invitation": invitation,
        "content": content,
        "signatures": [],
        "readers": ["everyone"],
        "writers": [],
        "nonreaders": [],
    }
