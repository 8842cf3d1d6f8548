"""A server on a loopback socket that speaks OpenAI's chat completions, files and batches."""

import json
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What the server does with a request."""

    content: str | None = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    finish_reason: str = "stop"
    refusal: str | None = None
    error: dict[str, Any] | None = None
    raw: bytes | None = None
    delay_s: float = 0.0
    cut: bool = False
    prompt_tokens: int | None = None


def passages_of(body: dict[str, Any]) -> str:
    """Return what stands between the lines that fence the passages."""
    content = body["messages"][1]["content"]
    return re.search(r"BEGIN PASSAGES \w+\n(.*)\nEND PASSAGES", content, re.S)[1]


def answer(label: str, quotes: list[str], variant: str = "unspecified", **more: Any) -> str:
    """Write an answer with one use."""
    use = {"label": label, "variant": variant, "quotes": quotes}
    return json.dumps({"reason": "as asked", "uses": [use], "confidence": 0.9, **more})


def completion(body: dict[str, Any], reply: Reply) -> dict[str, Any]:
    """Write a chat completion around a reply."""
    sent = (
        len(json.dumps(body.get("response_format")))
        + sum(len(message["content"]) for message in body["messages"])
    ) // 4
    received = len(reply.content or "") // 4
    message = {"role": "assistant", "content": reply.content, "refusal": reply.refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": body["model"],
        "choices": [
            {"index": 0, "finish_reason": reply.finish_reason, "message": message, "logprobs": None}
        ],
        "usage": {
            "prompt_tokens": reply.prompt_tokens or sent,
            "completion_tokens": received,
            "total_tokens": sent + received,
        },
    }


Script = Callable[[dict[str, Any], int], Reply]


class LlmServer:
    """The server; `paid` counts completions made, by the passages they were about.

    Parameters
    ----------
    script : callable
        From the body of a request and how often its messages came before to a reply.

    Attributes
    ----------
    batch_outcome : callable
        From a line of a batch to what becomes of it: `answered`; `expired`; a body of an error with
        its status.
    queue_tokens : float
        The most tokens of a batch, a character/4 each; a larger one fails.
    no_file : str or None
        What stands for a file that a batch has not.
    refused : dict
        Paths whose POST requests are refused, and with what.
    receipts_lost : bool
        Whether the line is cut whenever a batch was made.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.paths: Counter[str] = Counter()
        self.paid: Counter[str] = Counter()
        self.open = self.most_open = 0
        self.times: list[float] = []
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.batch_polls_needed = 1
        self.batch_outcome: Callable[[dict[str, Any]], Any] = lambda line: "answered"
        self.queue_tokens = float("inf")
        self.most_queued = 0
        self.no_file: str | None = None
        self.refused: dict[str, Reply] = {}
        self.receipts_lost = False
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def setup(self) -> None:
                super().setup()
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers.get("content-length", 0)))
                server.post(self, self.path, data)

            def do_GET(self) -> None:
                server.get(self, self.path)

        class Threads(ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """Say nothing of clients that were killed."""

        self._http = Threads(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def __enter__(self) -> "LlmServer":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def post(self, handler: Any, path: str, data: bytes) -> None:
        """Answer a POST."""
        with self._lock:
            self.paths[path] += 1
        if path in self.refused:
            reply = self.refused[path]
            _send(handler, reply.status, {"error": reply.error or {"message": "no"}})
        elif path == "/v1/chat/completions":
            self._complete(handler, json.loads(data))
        elif path == "/v1/files":
            content = re.search(rb'filename="requests.jsonl".*?\r\n\r\n(.*?)\r\n--', data, re.S)[1]
            name = f"file-{len(self.files)}"
            self.files[name] = content
            _send(
                handler,
                200,
                {
                    "id": name,
                    "object": "file",
                    "purpose": "batch",
                    "bytes": 1,
                    "created_at": 1,
                    "filename": "requests.jsonl",
                    "status": "processed",
                },
            )
        elif path == "/v1/batches":
            asked = json.loads(data)
            name = f"batch_{len(self.batches)}"
            self.batches[name] = {
                "id": name,
                "object": "batch",
                "status": "in_progress",
                "created_at": 1,
                "endpoint": asked["endpoint"],
                "input_file_id": asked["input_file_id"],
                "completion_window": "24h",
                "metadata": asked.get("metadata"),
                "output_file_id": self.no_file,
                "error_file_id": self.no_file,
                "polls": 0,
                "tokens": len(self.files[asked["input_file_id"]]) // 4,
            }
            running = [b["tokens"] for b in self.batches.values() if b["status"] == "in_progress"]
            self.most_queued = max(self.most_queued, sum(running))
            if self.receipts_lost:
                handler.close_connection = True
                return
            _send(handler, 200, self._shown(name))
        else:
            _send(handler, 404, {"error": {"message": f"no {path}"}})

    def get(self, handler: Any, path: str) -> None:
        """Answer a GET."""
        with self._lock:
            self.paths[re.sub(r"\?.*", "", path)] += 1
        if path.startswith("/v1/batches/"):
            name = path.rsplit("/", 1)[1]
            if name not in self.batches:
                _send(handler, 404, {"error": {"message": f"No batch found with id '{name}'."}})
                return
            batch = self.batches[name]
            batch["polls"] += 1
            if batch["status"] == "in_progress" and batch["polls"] > self.batch_polls_needed:
                self._finish(name)
            _send(handler, 200, self._shown(name))
        elif path.startswith("/v1/batches"):
            data = [self._shown(name) for name in self.batches]
            _send(handler, 200, {"object": "list", "data": data, "has_more": False})
        elif path.endswith("/content") and path.split("/")[3] in self.files:
            _send(handler, 200, self.files[path.split("/")[3]])
        else:
            _send(handler, 404, {"error": {"message": f"no {path}"}})

    def _finish(self, name: str) -> None:
        batch = self.batches[name]
        if batch["tokens"] > self.queue_tokens:
            said = f"Enqueued token limit reached. Limit: {self.queue_tokens:,} enqueued tokens."
            batch["errors"] = {"data": [{"code": "token_limit_exceeded", "message": said}]}
            batch["status"] = "failed"
            return
        answered, errors = [], []
        ended = "completed"
        for line in map(json.loads, self.files[batch["input_file_id"]].decode().splitlines()):
            outcome = self.batch_outcome(line)
            if outcome == "answered":
                reply = self._reply(line["body"])
                response = {"status_code": 200, "body": completion(line["body"], reply)}
                answered.append({"custom_id": line["custom_id"], "response": response})
            elif outcome == "expired":
                error = {"code": "batch_expired", "message": "This request could not be executed."}
                errors.append({"custom_id": line["custom_id"], "response": None, "error": error})
                ended = "expired"
            else:
                response = {"status_code": outcome[0], "body": {"error": outcome[1]}}
                errors.append({"custom_id": line["custom_id"], "response": response})
        for kind, lines in (("output", answered), ("error", errors)):
            if lines:
                self.files[f"{kind}-{name}"] = "\n".join(map(json.dumps, lines)).encode()
                batch[f"{kind}_file_id"] = f"{kind}-{name}"
        batch["status"] = ended

    def _shown(self, name: str) -> dict[str, Any]:
        return {
            key: value
            for key, value in self.batches[name].items()
            if key not in ("polls", "tokens")
        }

    def _reply(self, body: dict[str, Any]) -> Reply:
        key = json.dumps(body["messages"])
        with self._lock:
            before = self._seen[key]
            self._seen[key] += 1
            self.requests.append(body)
            self.times.append(time.monotonic())
        reply = self.script(body, before)
        if reply.status == 200 and reply.raw is None:
            with self._lock:
                self.paid[passages_of(body)] += 1
        return reply

    def _complete(self, handler: Any, body: dict[str, Any]) -> None:
        with self._lock:
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        try:
            reply = self._reply(body)
            time.sleep(reply.delay_s)
            if reply.cut:
                handler.close_connection = True
                handler.wfile.write(b'HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{"id":')
                handler.wfile.flush()
                handler.connection.shutdown(socket.SHUT_RDWR)
            elif reply.raw is not None:
                _send(handler, reply.status, reply.raw, reply.headers)
            elif reply.status != 200:
                _send(
                    handler,
                    reply.status,
                    {"error": reply.error or {"message": "no"}},
                    reply.headers,
                )
            else:
                _send(handler, 200, completion(body, reply), reply.headers)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True
        finally:
            with self._lock:
                self.open -= 1


def _send(handler: Any, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in {"content-type": "application/json", **(headers or {})}.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)
