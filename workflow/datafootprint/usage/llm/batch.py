"""Asking through the Batch API: half the price, answers within a day.

A batch is noted (`open_batches`) before it is sent and until its answers are in the cache, and its
most possible cost is reserved in the ledger as long: a run that was killed takes up the same batch,
and a batch that was collected is never taken for a new one of the same requests.
"""

import hashlib
import json
import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx2
import openai

from datafootprint.clients import BoundedClient
from datafootprint.errors import DatafootprintError
from datafootprint.redaction import without_secrets
from datafootprint.usage.llm import batch_requests
from datafootprint.usage.llm.batch_answers import read_answers
from datafootprint.usage.llm.batch_requests import Requests, portions, request_line
from datafootprint.usage.llm.cache import AnswerCache, has_choices, request_key
from datafootprint.usage.llm.conversation import ATTEMPTS, Conversation
from datafootprint.usage.llm.credentials import api_key
from datafootprint.usage.llm.open_batches import OpenBatch, OpenBatches
from datafootprint.usage.llm.refusals import concerns_one_request, is_passing
from datafootprint.usage.llm.settings import Settings
from datafootprint.usage.llm.spending import Ledger
from datafootprint.usage.llm.tokens import entry_facts, most_cost_usd

log = logging.getLogger(__name__)


class Batches:
    """Holds conversations through batches: one round of first questions, one of corrections."""

    def __init__(
        self, settings: Settings, cache: AnswerCache, ledger: Ledger, folder: Path
    ) -> None:
        self._settings = settings
        self._cache = cache
        self._ledger = ledger
        self._open = OpenBatches(folder)
        self._refused: dict[str, str] = {}
        self._answered = False
        notes = map(self._open.read, self._open.names())
        most_tokens = max([settings.max_output_tokens, *(note.max_output_tokens for note in notes)])
        self._client = openai.OpenAI(
            # Called when something is sent: what the cache answers needs no key.
            api_key=lambda: api_key(settings.base_url),
            base_url=settings.base_url,
            timeout=settings.timeout_s,
            http_client=BoundedClient(batch_requests.LARGEST_BATCH * _most_bytes(most_tokens)),
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
            raise DatafootprintError(
                f"{self._settings.server}: the batch cannot go on ({type(error).__name__}: "
                f"{_told(error)}); check OPENAI_API_KEY, usage.llm.base_url and the network, and "
                "run again. All answers so far are kept, and a batch that was sent is taken up "
                "again."
            ) from None

    def _run(self, conversations: Sequence[Conversation]) -> None:
        with self._client:
            # What is known already tells a refusal of one request from one of all.
            self._replay(conversations)
            for name in self._open.names():
                self._finish(name)
            self._open.sweep()
            # A question and a correction each; what a batch left open is asked once more.
            for _ in range(2 * ATTEMPTS):
                self._replay(conversations)
                requests = self._open_requests(conversations)
                if not requests:
                    return
                for portion in portions(requests, self._settings):
                    self._ask(portion)
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
                key = self._key(conversation)
                entry = self._cache.get(key, self._settings.max_output_tokens)
                if entry is not None:
                    self._answered = True
                    conversation.receive(entry)
                elif self._answered and key in self._refused:
                    conversation.give_up(self._refused[key])
                else:
                    break

    def _open_requests(self, conversations: Sequence[Conversation]) -> Requests:
        return {
            self._key(conversation): conversation.messages
            for conversation in conversations
            if conversation.claims is None
        }

    def _ask(self, requests: Requests) -> None:
        """Send a batch and wait for it, or take up the one whose note was lost."""
        asked = json.dumps([self._settings.max_output_tokens, *sorted(requests)])
        digest = hashlib.sha256(asked.encode()).hexdigest()
        name, batch_id = self._noteless(digest) or (uuid.uuid4().hex, None)
        note = OpenBatch.under(self._settings, batch_id)
        lines = (request_line(*request, self._settings) for request in requests.items())
        self._open.write_requests(name, lines)
        self._open.write(name, note)
        if batch_id is None:
            most_usd = sum(
                most_cost_usd(messages, self._settings) for messages in requests.values()
            )
            batch_id = self._submit(name, digest, most_usd)
            self._open.write(name, note.known_as(batch_id))
            log.info("Batch %s: %d requests sent", batch_id, len(requests))
        self._finish(name)

    def _submit(self, name: str, digest: str, most_usd: float) -> str:
        """Send a noted batch; one that is refused costs nothing and is forgotten."""
        try:
            self._ledger.reserve(most_usd, name)
            with self._open.requests(name).open("rb") as stream:
                file = self._client.files.create(file=("requests.jsonl", stream), purpose="batch")
            # Sent once: a batch whose receipt was lost is looked up by the next run.
            batch = self._client.with_options(max_retries=0).batches.create(
                input_file_id=file.id,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata={"name": name, "requests": digest},
            )
        except (DatafootprintError, openai.APIStatusError) as error:
            if not (isinstance(error, openai.APIStatusError) and is_passing(error)):
                self._forget(name, 0.0)
            raise
        return batch.id

    def _at_server(self) -> Iterator[tuple[str, str, str]]:
        """Yield what the server's batches are called there and here, and the digest of each."""
        for batch in self._client.batches.list(limit=100):
            tags = batch.metadata if isinstance(batch.metadata, dict) else {}
            yield batch.id, str(tags.get("name")), str(tags.get("requests"))

    def _noteless(self, digest: str) -> tuple[str, str] | None:
        """Return name and batch of a batch of these requests that nobody collected."""
        for batch_id, name, requests in self._at_server():
            if requests == digest and self._ledger.awaits(name):
                return name, batch_id
        return None

    def _forget(self, name: str, cost_usd: float) -> None:
        """Note what a batch did cost and drop it, in this order: what is dropped is settled."""
        if self._ledger.awaits(name):
            self._ledger.settle(name, cost_usd)
        self._open.drop(name)

    def _finish(self, name: str) -> None:
        """Wait for a batch and put its answers into the cache."""
        note, path = self._open.read(name), self._open.path(name)
        if note.server != self._settings.server:
            raise DatafootprintError(
                f"{path}: this batch is at {note.server}; set usage.llm.base_url to that again and "
                "run again, which collects its answers, or delete the file to give them up."
            )
        if note.batch is None:
            # A run was killed or cut off while it sent the batch.
            found = (batch_id for batch_id, known, _ in self._at_server() if known == name)
            note = note.known_as(next(found, None))
            if note.batch is None:
                self._forget(name, 0.0)
                return
            self._open.write(name, note)
        try:
            batch = self._wait(note.batch)
            costs, refused, faults = self._collect(batch, name, note)
        except openai.NotFoundError:
            raise DatafootprintError(
                f"{path}: {note.server} does not have batch {note.batch} or its answers; run "
                "again with the OPENAI_API_KEY of the account that sent it, or, if it is gone, "
                "delete the file and run again, which sends its requests anew."
            ) from None
        self._forget(name, sum(costs.values()))
        if batch.status != "completed":
            log.warning("Batch %s ended as %s, %d answers", batch.id, batch.status, len(costs))
        self._refused |= refused
        self._answered = self._answered or bool(costs)
        if not costs and not (refused and self._answered):
            errors = batch.errors.data if batch.errors and batch.errors.data else []
            reasons = [_told(error.message or "") for error in errors[:3]] or faults[:1]
            raise DatafootprintError(
                f"batch {batch.id} ended as {batch.status} without any answer: "
                f"{'; '.join(reasons) or 'no reason given'}; mend that and run again, which sends "
                "its requests anew."
            )

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

    def _answers(self, batch: Any) -> Iterator[tuple[str, Any, Any, Any]]:
        for file_id in (batch.output_file_id, batch.error_file_id):
            if file_id is not None:
                with self._client.files.with_streaming_response.content(file_id) as response:
                    yield from read_answers(response.iter_bytes())

    def _collect(
        self, batch: Any, name: str, note: OpenBatch
    ) -> tuple[dict[str, float], dict[str, str], list[str]]:
        """Put every answer of a batch into the cache, also of one that ended early.

        Returns
        -------
        tuple
            What each answer did cost, in the cache before or not; which requests are refused for
            good, and why; why requests have no answer.
        """
        terms = note.terms(self._settings)
        costs: dict[str, float] = {}
        refused: dict[str, str] = {}
        faults: list[str] = []
        with self._open.sent(name) as sent:
            for key, status, body, fault in self._answers(batch):
                # The key becomes the name of a file.
                if key not in sent:
                    log.warning("Batch %s answers a request that nobody sent: %.80r", batch.id, key)
                elif status != 200 or not has_choices(body):
                    faults.append(_told(f"HTTP {status}: {fault or body}"))
                    if concerns_one_request(status):
                        refused[key] = f"the server refused the request ({faults[-1]})"
                    log.warning("Batch request %s: %s", key[:12], faults[-1])
                elif key not in costs:
                    messages = sent.messages(key)
                    facts = entry_facts(body, terms, messages, 0.0)
                    if self._cache.get(key, terms.max_output_tokens) is None:
                        self._cache.put(key, messages, body, **facts)
                    costs[key] = facts["cost_usd"]
        return costs, refused, faults


def _told(said: object) -> str:
    """Put what a server said on a line, without secrets."""
    return without_secrets(" ".join(str(said).split()))[:300]


def _most_bytes(output_tokens: int) -> int:
    """Return more bytes than an answer has: tokens of 4 characters, escaped, and what is around."""
    return 20_000 + 4 * 6 * output_tokens
