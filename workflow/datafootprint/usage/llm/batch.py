"""Asking through the Batch API: half the price, answers within a day.

A batch is noted (`open_batches`) before it is sent and until its answers are in the cache, and the
most it can cost is reserved in the ledger as long: a run that was killed continues the same batch.
"""

import json
import logging
import re
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2
import openai

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.http import explain, httpx_options
from datafootprint.usage.llm.answer_cache import AnswerCache, has_choices, request_key
from datafootprint.usage.llm.conversation import ATTEMPTS, Conversation
from datafootprint.usage.llm.open_batches import OpenBatch, OpenBatches
from datafootprint.usage.llm.prompt import request_body
from datafootprint.usage.llm.refusals import OF_ONE_REQUEST, is_passing, refusal, server_of, stopped
from datafootprint.usage.llm.spending import Ledger, answer_facts, most_cost_usd
from datafootprint.usage.usage_params import api_key

log = logging.getLogger(__name__)

#: Requests in one batch, and bytes of their file; the API allows 50,000 and 200 MB (OpenAI, Batch
#: API guide).
LARGEST_BATCH = 20_000
LARGEST_BATCH_BYTES = 100_000_000


class Batches:
    """Holds conversations through batches: one round of first questions, one of corrections."""

    def __init__(
        self, settings: LanguageModel, cache: AnswerCache, ledger: Ledger, folder: Path
    ) -> None:
        self._settings = settings
        self._cache = cache
        self._ledger = ledger
        self._open = OpenBatches(folder)
        self._waiting: dict[str, Conversation] = {}
        self._refused: dict[str, str] = {}
        self._answered = False
        self._client = openai.OpenAI(
            # Called when something is sent: what the cache answers needs no key.
            api_key=lambda: api_key(settings.base_url),
            base_url=settings.base_url,
            timeout=settings.timeout_s,
            http_client=httpx2.Client(**httpx_options()),
        )

    def run(self, conversations: Sequence[Conversation]) -> None:
        """Hold all conversations; the answers that came back are in the cache whatever happens."""
        try:
            with self._client:
                self._run(conversations)
        except openai.APIStatusError as error:
            raise stopped(self._settings, refusal(error.status_code, error)) from None
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            raise stopped(self._settings, str(explain(error, "no answer"))) from None

    def _run(self, conversations: Sequence[Conversation]) -> None:
        self._replay(conversations)
        for name in self._open.names():
            self._finish(name)
        # A question and a correction each; what a batch left open is asked once more.
        for _ in range(2 * ATTEMPTS):
            self._replay(conversations)
            for requests in _portions(self._waiting, self._settings):
                self._send(requests)
        self._replay(conversations)
        if self._waiting:
            raise DatafootprintError(
                f"{len(self._waiting)} requests came back from their batches without an answer; "
                "run again to ask for the rest. All other answers are kept."
            )

    def _replay(self, conversations: Sequence[Conversation]) -> None:
        """Bring conversations as far as the cache goes; note the requests of those that wait."""
        self._waiting = {}
        for conversation in conversations:
            while conversation.claims is None:
                settings, messages = self._settings, conversation.messages()
                key = request_key(settings.model, settings.temperature, messages)
                entry = self._cache.get(key, settings.max_output_tokens)
                if entry is not None:
                    self._answered = True
                    conversation.receive(entry)
                elif self._answered and key in self._refused:
                    conversation.give_up(self._refused[key])
                else:
                    self._waiting[key] = conversation
                    break

    def _send(self, requests: Mapping[str, bytes]) -> None:
        """Send a batch and wait for it."""
        name, note = uuid.uuid4().hex, OpenBatch(batch=None, settings=self._settings)
        most_usd = sum(
            most_cost_usd(self._waiting[key].messages(), self._settings) for key in requests
        )
        self._open.write(name, note)
        try:
            self._ledger.reserve(most_usd, name)
            content = b"\n".join(requests.values())
            file = self._client.files.create(file=("requests.jsonl", content), purpose="batch")
            # Sent once: a batch whose receipt was lost is looked up by the next run.
            batch = self._client.with_options(max_retries=0).batches.create(
                input_file_id=file.id,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata={"name": name},
            )
        except (DatafootprintError, openai.APIStatusError) as error:
            if not (isinstance(error, openai.APIStatusError) and is_passing(error)):
                self._forget(name, 0.0)
            raise
        self._open.write(name, note.model_copy(update={"batch": batch.id}))
        log.info("Batch %s: %d requests sent", batch.id, len(requests))
        self._finish(name)

    def _forget(self, name: str, cost_usd: float) -> None:
        self._ledger.settle(name, cost_usd)
        self._open.drop(name)

    def _finish(self, name: str) -> None:
        """Wait for a batch and put its answers into the cache."""
        note = self._open.read(name)
        if note.batch is None:
            # A run was killed or cut off while it sent the batch.
            note = note.model_copy(update={"batch": self._at_server(name)})
            if note.batch is None:
                self._forget(name, 0.0)
                return
            self._open.write(name, note)
        try:
            batch = self._wait(note.batch)
            costs, faults = self._collect(batch, note.settings)
        except openai.NotFoundError:
            raise DatafootprintError(
                f"{self._open.path(name)}: {server_of(self._settings)} does not have batch "
                f"{note.batch} or its answers; run again with the usage.llm.base_url and the "
                "OPENAI_API_KEY that sent it, or, if it is gone, delete the file and run again, "
                "which sends its requests again."
            ) from None
        self._forget(name, sum(costs.values()))
        log.info("Batch %s ended as %s, %d answers", batch.id, batch.status, len(costs))
        self._answered = self._answered or bool(costs)
        # A known answer tells the refusal of one request from one of all.
        if not costs and not (self._refused and self._answered):
            errors = batch.errors.data if batch.errors and batch.errors.data else []
            reasons = [refusal(batch.status, error.message) for error in errors[:3]] or faults[:1]
            raise DatafootprintError(
                f"batch {batch.id} ended as {batch.status} without any answer: "
                f"{'; '.join(reasons) or 'no reason given'}. Correct that and run again, which "
                "sends its requests again."
            )

    def _at_server(self, name: str) -> str | None:
        """Return what the server calls the batch of this name; None if it has none."""
        for batch in self._client.batches.list(limit=100):
            if isinstance(batch.metadata, dict) and batch.metadata.get("name") == name:
                return batch.id
        return None

    def _wait(self, batch_id: str) -> Any:
        while True:
            batch = self._client.batches.retrieve(batch_id)
            if batch.status in ("completed", "failed", "expired", "cancelled"):
                return batch
            log.info("Batch %s is %s: %s", batch_id, batch.status, batch.request_counts)
            time.sleep(self._settings.batch_poll_s)

    def _collect(self, batch: Any, settings: LanguageModel) -> tuple[dict[str, float], list[str]]:
        """Put every answer of a batch into the cache, also of one that ended early.

        Returns what each answer did cost, in the cache before or not, and why others are missing.
        """
        costs: dict[str, float] = {}
        faults: list[str] = []
        for file_id in filter(None, (batch.output_file_id, batch.error_file_id)):
            for text in self._client.files.content(file_id).content.splitlines():
                key, status, body, fault = read_line(text)
                # The key becomes the name of a file.
                if not re.fullmatch("[0-9a-f]{64}", key):
                    log.warning("Batch %s answers a request that nobody sent: %.80r", batch.id, key)
                elif status == 200 and has_choices(body):
                    asked = self._waiting.get(key)
                    messages = asked.messages() if asked else []
                    facts = answer_facts(body, settings, messages, 0.0)
                    if self._cache.get(key, settings.max_output_tokens) is None:
                        self._cache.put(key, messages, body, **facts)
                    costs[key] = facts["cost_usd"]
                else:
                    faults.append(refusal(status, fault or body))
                    log.warning("Batch request %s: %s", key[:12], faults[-1])
                    if status in OF_ONE_REQUEST:
                        self._refused[key] = faults[-1]
        return costs, faults


def read_line(text: bytes) -> tuple[str, Any, Any, Any]:
    """Return key, status, body and fault of a line of a batch's answers."""
    try:
        line = json.loads(text)
        response = line.get("response") or {}
        body = response.get("body") or {}
        fault = line.get("error") or body.get("error") or {}
        return str(line["custom_id"]), response.get("status_code"), body, fault.get("message")
    except (ValueError, RecursionError, KeyError, AttributeError, TypeError):
        return "", None, None, "a line that is not an answer"


def _portions(
    requests: Mapping[str, Conversation], settings: LanguageModel
) -> Iterator[dict[str, bytes]]:
    """Write requests as the lines of files, and part them into batches that the API takes."""
    portion: dict[str, bytes] = {}
    size = 0
    for key in sorted(requests):
        body = request_body(requests[key].messages(), settings)
        line = {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}
        text = json.dumps(line).encode()
        if portion and (len(portion) >= LARGEST_BATCH or size + len(text) > LARGEST_BATCH_BYTES):
            yield portion
            portion, size = {}, 0
        portion[key] = text
        size += len(text) + 1
    if portion:
        yield portion
