"""Asking through the Batch API: half the price, answers within a day.

A batch is remembered in `<cache_dir>/llm/batches/<digest>.json` from the moment it exists at the
server until its answers are in the cache, so that a run that was killed takes up the same batch.
"""

import hashlib
import json
import logging
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx2
import openai

from datafootprint.clients import BoundedClient
from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.redaction import without_secrets
from datafootprint.usage.llm.answer import LARGEST_ANSWER_BYTES
from datafootprint.usage.llm.cache import AnswerCache, has_choices, request_key
from datafootprint.usage.llm.conversation import ATTEMPTS, Conversation
from datafootprint.usage.llm.credentials import api_key
from datafootprint.usage.llm.prompt import Message, request_body
from datafootprint.usage.llm.settings import Settings
from datafootprint.usage.llm.spending import Ledger
from datafootprint.usage.llm.tokens import entry_facts, most_cost_usd

log = logging.getLogger(__name__)

LARGEST_BATCH = 20_000
"""Requests in one batch; the API allows 50,000 and 200 MB (OpenAI, Batch API guide)."""

Requests = dict[str, list[Message]]

_KEY = re.compile("[0-9a-f]{64}")


class Batches:
    """Holds conversations through batches: one round of first questions, one of corrections."""

    def __init__(
        self, settings: Settings, cache: AnswerCache, ledger: Ledger, folder: Path
    ) -> None:
        self._settings = settings
        self._cache = cache
        self._ledger = ledger
        self._folder = folder / "batches"
        self._client = openai.OpenAI(
            api_key=api_key(settings.base_url),
            base_url=settings.base_url,
            timeout=settings.timeout_s,
            http_client=BoundedClient(LARGEST_BATCH * _most_bytes(settings)),
        )

    def run(self, conversations: Sequence[Conversation]) -> None:
        """Hold all conversations.

        Raises
        ------
        DatafootprintError
            If the budget does not allow a batch, a batch fails, or papers are left without an
            answer. The answers that came back are in the cache by then.
        """
        try:
            self._run(conversations)
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            said = without_secrets(" ".join(str(error).split()))[:300]
            raise DatafootprintError(
                f"{self._settings.server}: the batch cannot go on ({type(error).__name__}: "
                f"{said}); check OPENAI_API_KEY, usage.llm.base_url and the network, and run "
                "again. All answers so far are kept, and a batch that was sent is taken up again."
            ) from None

    def _run(self, conversations: Sequence[Conversation]) -> None:
        with self._client:
            for state in sorted(self._folder.glob("*.json")):
                self._finish(state, {})
            # A question and a correction each; what a batch left open is asked once more.
            for _ in range(2 * ATTEMPTS):
                self._replay(conversations)
                requests = self._open_requests(conversations)
                if not requests:
                    return
                keys = sorted(requests)
                for first in range(0, len(keys), LARGEST_BATCH):
                    self._ask({key: requests[key] for key in keys[first : first + LARGEST_BATCH]})
            self._replay(conversations)
        left = len(self._open_requests(conversations))
        if left:
            raise DatafootprintError(
                f"{left} requests came back from their batches without an answer; run again to ask "
                "for the rest. All other answers are kept."
            )

    def _key(self, conversation: Conversation) -> str:
        return request_key(self._settings.model, self._settings.temperature, conversation.messages)

    def _replay(self, conversations: Sequence[Conversation]) -> None:
        for conversation in conversations:
            while conversation.claims is None:
                entry = self._cache.get(self._key(conversation), self._settings.max_output_tokens)
                if entry is None:
                    break
                conversation.receive(entry)

    def _open_requests(self, conversations: Sequence[Conversation]) -> Requests:
        return {
            self._key(conversation): conversation.messages
            for conversation in conversations
            if conversation.claims is None
        }

    def _ask(self, requests: Requests) -> None:
        digest = hashlib.sha256("\n".join(sorted(requests)).encode()).hexdigest()
        state = self._folder / f"{digest}.json"
        batch_id = self._at_server(digest) or self._submit(requests, digest)
        write_atomically(state, json.dumps({"batch": batch_id, "requests": len(requests)}))
        self._finish(state, requests)

    def _finish(self, state: Path, requests: Requests) -> None:
        """Wait for a batch and put its answers into the cache."""
        try:
            batch_id = json.loads(state.read_bytes())["batch"]
        except (ValueError, KeyError, TypeError):
            raise DatafootprintError(
                f"{state} is damaged; delete it and run again: a batch that is still at the server "
                "is found there."
            ) from None
        batch = self._wait(batch_id)
        stored = self._collect(batch, requests)
        state.unlink()
        if batch.status == "completed":
            return
        log.warning("Batch %s ended as %s, with %d answers", batch_id, batch.status, stored)
        if not stored:
            errors = batch.errors.data if batch.errors and batch.errors.data else []
            why = "; ".join(error.message or "" for error in errors[:3]) or "no reason given"
            raise DatafootprintError(f"batch {batch_id} ended as {batch.status}: {why}.")

    def _at_server(self, digest: str) -> str | None:
        """Return the batch of these requests that a killed run sent and could not note."""
        for batch in self._client.batches.list(limit=100):
            alive = batch.status not in ("failed", "expired", "cancelled", "cancelling")
            if alive and (batch.metadata or {}).get("requests") == digest:
                return batch.id
        return None

    def _submit(self, requests: Requests, digest: str) -> str:
        most_usd = sum(most_cost_usd(messages, self._settings) for messages in requests.values())
        name = self._ledger.reserve(most_usd)
        assert name is not None  # nothing else is open
        lines = [self._line(key, messages) for key, messages in requests.items()]
        file = self._client.files.create(
            file=("requests.jsonl", "".join(lines).encode()), purpose="batch"
        )
        batch = self._client.batches.create(
            input_file_id=file.id,
            endpoint="/v1/chat/completions",
            completion_window="24h",
            metadata={"requests": digest},
        )
        # What each answer did cost is noted when it comes in.
        self._ledger.settle(name, 0.0)
        log.info("Batch %s: %d requests sent", batch.id, len(requests))
        return batch.id

    def _line(self, key: str, messages: Sequence[Message]) -> str:
        body = request_body(messages, self._settings)
        line = {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}
        return json.dumps(line) + "\n"

    def _wait(self, batch_id: str) -> Any:
        while True:
            batch = self._client.batches.retrieve(batch_id)
            if batch.status in ("completed", "failed", "expired", "cancelled"):
                return batch
            counts = batch.request_counts
            log.info(
                "Batch %s is %s: %d of %d requests done",
                batch_id,
                batch.status,
                counts.completed if counts else 0,
                counts.total if counts else 0,
            )
            time.sleep(self._settings.batch_poll_s)

    def _answers(self, file_id: str) -> Iterator[tuple[str, Any, Any, Any]]:
        with self._client.files.with_streaming_response.content(file_id) as response:
            yield from read_answers(response.iter_bytes())

    def _collect(self, batch: Any, requests: Requests) -> int:
        """Put every answer of a batch into the cache, also of one that ended early."""
        stored = 0
        for file_id in (batch.output_file_id, batch.error_file_id):
            if file_id is None:
                continue
            for key, status, body, fault in self._answers(file_id):
                # The key becomes the name of a file.
                if not _KEY.fullmatch(key) or (requests and key not in requests):
                    log.warning("Batch %s answers a request that nobody sent: %.80r", batch.id, key)
                    continue
                if status != 200 or not has_choices(body):
                    log.warning("Batch request %s: %.300s", key[:12], fault or body)
                    continue
                if self._cache.get(key, self._settings.max_output_tokens) is None:
                    messages = requests.get(key, [])
                    facts = entry_facts(body, self._settings, messages, 0.0)
                    self._cache.put(key, messages, body, **facts)
                    self._ledger.add(facts["cost_usd"])
                stored += 1
        return stored


def _most_bytes(settings: Settings) -> int:
    """Return more bytes than an answer has: tokens of 4 characters, escaped, and what is around."""
    return 20_000 + 4 * 6 * settings.max_output_tokens


def read_answers(chunks: Iterable[bytes]) -> Iterator[tuple[str, Any, Any, Any]]:
    """Read the lines of a file of answers, one in memory at a time.

    Yields
    ------
    tuple
        Key, status, body and fault of an answer. Of a line that is none, or longer than any answer,
        only the fault.
    """
    rest = b""
    too_long = False
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if too_long or line.strip():
                yield _read_line(b"" if too_long else line)
            too_long = False
        if len(rest) > LARGEST_ANSWER_BYTES:
            rest, too_long = b"", True
    if too_long or rest.strip():
        yield _read_line(b"" if too_long else rest)


def _read_line(text: bytes) -> tuple[str, Any, Any, Any]:
    """Return key, status, body and fault of a line of a batch's answers."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return "", None, None, "a line that is not JSON"
    line = line if isinstance(line, dict) else {}
    response = line.get("response")
    response = response if isinstance(response, dict) else {}
    return (
        str(line.get("custom_id")),
        response.get("status_code"),
        response.get("body"),
        line.get("error"),
    )
