"""Loopback servers with the shapes of Dimensions, OpenAlex and the Hugging Face Hub.

Each is a real HTTP server on 127.0.0.1 that records what it was asked. Faults are queued: an entry
of `faults` (status, headers, body) answers one request, in order, before the service itself does.
"""

import json
import ssl
import threading
from abc import ABC, abstractmethod
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit


class Loopback(ABC):
    """A server that runs while the context lasts."""

    def __init__(self):
        self.requests = []
        self.faults = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                request = {
                    "method": self.command,
                    "path": urlsplit(self.path).path,
                    "query": parse_qs(urlsplit(self.path).query, keep_blank_values=True),
                    "headers": dict(self.headers),
                    "body": body.decode(),
                }
                outer.requests.append(request)
                fault = outer.faults.pop(0) if outer.faults else None
                status, headers, content = fault or outer.reply(request)
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(data))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """Say nothing of a client that was killed."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def encrypt(self, certificate):
        """Serve https with the key and certificate in a file; gives the new URL."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        return f"https://localhost:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @abstractmethod
    def reply(self, request):
        """Return the status, the headers and the content that answer a request."""


class Dimensions(Loopback):
    """Login with a key, and one kind of query: publications a year."""

    def __init__(self, counts, key="dim-secret"):
        super().__init__()
        self.counts = counts
        self.key = key
        self.tokens = 0

    def reply(self, request):
        if request["path"] == "/api/auth.json":
            if json.loads(request["body"]) != {"key": self.key}:
                return 401, {}, {"error": f"no such key {json.loads(request['body'])['key']}"}
            self.tokens += 1
            return 200, {}, {"token": f"token-{self.tokens}"}
        if request["path"] != "/api/dsl/v2":
            return 404, {}, b"not found"
        if request["headers"].get("Authorization") != f"JWT token-{self.tokens}":
            return 401, {}, {"error": "token"}
        return (
            200,
            {},
            {
                "_version": {"release": "2.12", "version": "2026.3"},
                "year": [{"id": year, "count": n} for year, n in reversed(self.counts.items())],
            },
        )


class OpenAlex(Loopback):
    """Grouped counts of works; half of those found and a fifth of all works have full text."""

    def __init__(self, counts, works=1000, key=None):
        super().__init__()
        self.counts = counts
        self.works = works
        self.key = key

    def reply(self, request):
        query = request["query"]
        if request["path"] != "/works" or query.get("group_by") != ["publication_year"]:
            return 404, {}, b"not found"
        sent = query.get("api_key", [None])[0]
        if sent != self.key:
            return 401, {}, {"error": "Unauthorized", "message": f"invalid key {sent}"}
        found = "search" in query
        full_text = "has_fulltext:true" in query["filter"][0]
        counts = dict(self.counts) if found else dict.fromkeys(self.counts, self.works)
        if full_text:
            counts = {year: n // (2 if found else 5) for year, n in counts.items()}
        groups = [
            {"key": str(year), "key_display_name": str(year), "count": n}
            for year, n in sorted(counts.items(), key=lambda item: item[1])
        ]
        return 200, {}, {"meta": {}, "results": [], "group_by": groups}


class Hub(Loopback):
    """Pages of datasets, linked by a cursor; `dataset(i)` makes the i-th."""

    def __init__(self, number, page_size, dataset):
        super().__init__()
        self.number, self.page_size, self.dataset = number, page_size, dataset
        self.cursors = []
        self.token = None

    def reply(self, request):
        if request["path"] != "/api/datasets":
            return 404, {}, {"error": "not found"}
        authorization = request["headers"].get(
            "Authorization", request["headers"].get("authorization")
        )
        if self.token and authorization not in (None, f"Bearer {self.token}"):
            return 401, {}, {"error": "Invalid username or password."}
        query = request["query"]
        start = int(query.pop("cursor", ["0"])[0])
        self.cursors.append(start)
        end = min(start + self.page_size, self.number)
        headers = {}
        if end < self.number:
            following = urlencode({**query, "cursor": [str(end)]}, doseq=True)
            headers["Link"] = f'<{self.url}/api/datasets?{following}>; rel="next"'
        return 200, headers, [self.dataset(i) for i in range(start, end)]
