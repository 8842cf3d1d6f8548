"""Asking through the Batch API: half the price, answers within a day.

`submit` sends what the cache lacks in batches that fit into the account's queue; `collect` waits
for them and puts their answers into the cache. The ledger notes a batch from before it is sent
until its answers are in the cache, so that a run that was killed finds it again.
"""

import json
import logging
import math
import time
from collections.abc import Iterator, Sequence, Set
from pathlib import Path

import httpx2
import openai

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.files import locked
from datafootprint.http import httpx_options
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.exchange import request_body
from datafootprint.usage.llm.paid import (
    AnswerCache,
    Ledger,
    answer_facts,
    has_choices,
    most_cost_usd,
)
from datafootprint.usage.llm.refusals import Refusal, server_of, stopped
from datafootprint.usage.usage_params import api_key

log = logging.getLogger(__name__)

#: Half of what the API allows (OpenAI, Batch API guide), so that the 50,000 requests which it also
#: allows fit: each has a prompt and a schema of 2,000 bytes.
LARGEST_BATCH_BYTES = 100_000_000
#: Fewer than in English text, so that a batch has no more tokens than expected.
BYTES_PER_TOKEN = 3
_ENDED = ("completed", "failed", "expired", "cancelled")


class Batches:
    """The batches with the questions of one job."""

    def __init__(
        self, settings: LanguageModel, folder: Path, conversations: Sequence[Conversation]
    ) -> None:
        self._settings = settings
        self._cache = AnswerCache(folder)
        self._ledger = Ledger(folder, settings.budget_usd)
        self._conversations = conversations
        self._asked = {conversation.key(): conversation for conversation in conversations}
        self._refusals: dict[str, Refusal] = {}
        self._client = openai.OpenAI(
            # Called when something is sent: what the cache answers needs no key.
            api_key=lambda: api_key(settings.base_url),
            base_url=settings.base_url,
            timeout=settings.timeout_s,
            http_client=httpx2.Client(**httpx_options()),
        )

    def submit(self) -> list[str]:
        """Send what the cache lacks; return the ids of the batches."""
        self._finish_open()
        with locked(self._ledger.folder / "locks" / "queue.lock", "sending batches"):
            return [self._send(part) for part in self._parts()]

    def collect(self) -> None:
        """Bring all conversations to their ends; the answers of batches are kept in any case."""
        self._finish_open()
        for conversation in self._conversations:
            if conversation.replay(self._cache):
                continue
            refusal = self._refusals.get(conversation.key(), Refusal.of(503, "no reason given"))
            if entry := self._cache.get(conversation.key()):
                # One that cannot be used is asked for again by the next run.
                conversation.receive(entry, conversation.opening())
            elif refusal.scope in ("paper", "later"):
                conversation.give_up(refusal.said)
            else:
                raise stopped(self._settings, refusal.said, refusal.help)

    def _parts(self) -> Iterator[dict[str, bytes]]:
        """Write the requests that the cache lacks as lines of files that can be sent."""
        part: dict[str, bytes] = {}
        size = 0
        queue_bytes = (self._settings.batch_tokens or math.inf) * BYTES_PER_TOKEN
        form = self._settings.response_format or "json_schema"
        for key, conversation in sorted(self._asked.items()):
            if conversation.replay(self._cache):
                continue
            body = request_body(conversation.opening(), self._settings, form)
            line = {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}
            text = json.dumps(line).encode()
            if part and size + len(text) > min(LARGEST_BATCH_BYTES, queue_bytes):
                yield part
                part, size = {}, 0
            part[key] = text
            size += len(text) + 1
        if part:
            yield part

    def _send(self, part: dict[str, bytes]) -> str:
        """Send a batch and return its id; where the queue has a limit, wait until it is empty."""
        content = b"\n".join(part.values())
        most_usd = sum(most_cost_usd(self._settings, line) for line in part.values())
        name = self._ledger.reserve(most_usd, keys=list(part))
        try:
            file = self._client.files.create(file=("requests.jsonl", content), purpose="batch")
            # Sent once: a batch whose receipt was lost is looked up by the next run.
            batch = self._client.with_options(max_retries=0).batches.create(
                input_file_id=file.id,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata={"name": name},
            )
        except openai.APIStatusError as error:
            if Refusal.of(error.status_code, error.body or error.message).scope != "later":
                self._ledger.settle(name, 0.0)
            raise
        self._ledger.note_batch(name, batch.id)
        log.info("Batch %s: %d requests sent", batch.id, len(part))
        if self._settings.batch_tokens:
            self._ended(batch.id)
        return batch.id

    def _ended(self, batch_id: str) -> openai.types.Batch:
        while (batch := self._client.batches.retrieve(batch_id)).status not in _ENDED:
            log.info("Batch %s is %s: %s", batch_id, batch.status, batch.request_counts)
            time.sleep(self._settings.batch_poll_s)
        return batch

    def _finish_open(self) -> None:
        """Bring the answers of this job's open batches into the cache."""
        for name, note in self._ledger.open_batches(self._asked.keys()).items():
            # One of a run that was cut off may never have been sent.
            if batch_id := note.get("batch") or self._at_server(name):
                self._finish(batch_id, name, set(note["keys"]))
            else:
                self._ledger.settle(name, 0.0)

    def _at_server(self, name: str) -> str | None:
        batches = self._client.batches.list(limit=100)
        return next((b.id for b in batches if (b.metadata or {}).get("name") == name), None)

    def _finish(self, batch_id: str, name: str, keys: Set[str]) -> None:
        """Put the answers of a batch into the cache, also if it ended early."""
        try:
            batch = self._ended(batch_id)
            files = filter(None, (batch.output_file_id, batch.error_file_id))
            texts = [self._client.files.content(file).content for file in files]
        except openai.NotFoundError:
            raise DatafootprintError(
                f"{server_of(self._settings)} does not have batch {batch_id} or its answers; run "
                "again with the usage.llm.base_url and the OPENAI_API_KEY that sent it, or, if it "
                f"is gone, delete the lines of {name} in {self._ledger.path}."
            ) from None
        cost_usd = sum(self._take(line, keys) for text in texts for line in text.splitlines())
        self._ledger.settle(name, cost_usd)
        log.info("Batch %s ended as %s, %.4f USD", batch_id, batch.status, cost_usd)
        if batch.status == "failed":
            errors = batch.errors.data if batch.errors and batch.errors.data else []
            refusal = Refusal.of("batch failed", errors[0].to_dict() if errors else "no reason")
            raise stopped(self._settings, refusal.said, refusal.help)

    def _take(self, text: bytes, keys: Set[str]) -> float:
        """Put the answer in a line into the cache, or note its fault; return its cost in USD."""
        try:
            line = json.loads(text)
            key, response = str(line["custom_id"]), line.get("response") or {}
            body = response.get("body") or {}
            status, error = response.get("status_code"), line.get("error") or body.get("error")
        except (ValueError, RecursionError, KeyError, AttributeError, TypeError):
            key = ""
        if key not in keys:
            log.warning("A line of a batch answers no request of ours: %.80r", text)
            return 0.0
        if status != 200 or not has_choices(body):
            # Without a status the service itself gave up: the batch expired or was cancelled.
            self._refusals[key] = Refusal.of(status or 503, error or body)
            return 0.0
        asked = self._asked.get(key)
        messages = asked.opening() if asked else []
        facts = answer_facts(body, self._settings, len(json.dumps(messages)))
        self._cache.put(key, messages, body, **facts)
        return float(facts["cost_usd"])
