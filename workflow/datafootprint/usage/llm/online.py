"""Asking a server about many papers at once, within its limits and the budget."""

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
import openai

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.http import explain
from datafootprint.usage.llm.answer_cache import AnswerCache, request_key
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.metered_client import MeteredClient
from datafootprint.usage.llm.prompt import Message, request_body
from datafootprint.usage.llm.refusals import (
    Refusal,
    Scope,
    server_of,
    stop_if_unusable,
    stopped,
)
from datafootprint.usage.llm.spending import Ledger
from datafootprint.usage.usage_params import api_key
from datafootprint.waiting import retry_after, time_of_day

log = logging.getLogger(__name__)

#: How often the client repeats a request that gets no answer (overload, fault of the server, cut
#: line), which takes it half a minute.
RETRIES = 6
#: Longest wait that a server may ask for.
LONGEST_HOLD_S = 3600.0
#: Papers without an answer, or without one that can be used, in a row, after which the run stops.
MOST_UNANSWERED = 20
REPORT_EVERY_S = 10.0
#: Faults of an answer that was written without a schema.
NO_SCHEMA = re.compile("no whole JSON object|Field required")
#: What is tried next where a server does not know a response_format.
_LESSER_FORMAT = {"json_schema": "json_object", "json_object": "none"}


class _RefusedPaperError(Exception):
    """The server refuses what is asked about one paper."""


class Online:
    """One run of requests to a server, whose answers are looked up in the cache first."""

    def __init__(self, settings: LanguageModel, cache: AnswerCache, ledger: Ledger) -> None:
        self._settings = settings
        self._cache = cache
        self._ledger = ledger
        self._format: str = settings.response_format or "json_schema"
        self._format_is_known = settings.response_format is not None
        self._stop: DatafootprintError | None = None
        self._trouble = ""
        self._done = self._unanswered = 0
        self._in_a_row: list[str] = []
        self._reported = time.monotonic()
        # The key is asked for when something is sent: what the cache answers needs none.
        self._client = openai.AsyncOpenAI(
            api_key=self._key,
            base_url=settings.base_url,
            max_retries=RETRIES,
            timeout=settings.timeout_s,
            http_client=MeteredClient(settings, ledger),
        )

    async def run(self, conversations: Sequence[Conversation]) -> None:
        """Hold all conversations; every answer that came in is in the cache whatever happens."""
        waiting, total = iter(conversations), len(conversations)
        self._refuse_open_batches(conversations)
        async with self._client:
            workers = range(self._settings.concurrency)
            await asyncio.gather(*(self._work(waiting, total) for _ in workers))
        if self._stop:
            raise self._stop
        if self._unanswered:
            said = f"{self._unanswered} of {total} papers got no answer; the last time, "
            raise stopped(self._settings, said + self._trouble)

    def _refuse_open_batches(self, conversations: Sequence[Conversation]) -> None:
        if self._ledger.open_batches():
            openings = (talk.opening() for talk in conversations)
            keys = [request_key(self._settings, messages) for messages in openings]
            for name in self._ledger.open_batches(keys):
                raise DatafootprintError(
                    f"{self._ledger.path}: batch {name} is open and its papers would be paid for "
                    "twice; set usage.llm.batch to true and run again, which collects its answers, "
                    "or delete its lines to give them up."
                )

    async def _key(self) -> str:
        return api_key(self._settings.base_url)

    async def _work(self, waiting: Iterator[Conversation], total: int) -> None:
        for conversation in waiting:
            try:
                if not conversation.replay(self._cache, self._settings):
                    await self._hold(conversation)
                    self._count(conversation)
            except DatafootprintError as error:
                self._stop = self._stop or error
            if self._stop:
                return
            self._done += 1
            if time.monotonic() > self._reported + REPORT_EVERY_S or self._done == total:
                self._reported = time.monotonic()
                spent = self._ledger.spent_usd
                log.info("%d of %d papers, %.4f USD spent so far", self._done, total, spent)

    async def _hold(self, conversation: Conversation) -> None:
        """Bring a conversation to its end."""
        messages, probe = conversation.opening(), None
        while messages:
            try:
                entry = await self._ask(messages, probe)
            except _RefusedPaperError as error:
                conversation.give_up(str(error))
                return
            if entry is None:
                self._unanswered += 1
                return
            messages = conversation.receive(entry, messages)
            if messages and not self._format_is_known and NO_SCHEMA.search(messages[-1]["content"]):
                # A server may ignore the schema in silence; the prompt has none so far.
                probe = "json_object"
        if probe and not conversation.fault:
            self._change_format("json_schema", probe)

    def _count(self, conversation: Conversation) -> None:
        """Note how a conversation ended; stop if too many in a row brought nothing."""
        if conversation.claims and not conversation.fault:
            self._in_a_row, self._format_is_known = [], True
            return
        self._in_a_row.append(conversation.fault or self._trouble)
        if len(self._in_a_row) >= MOST_UNANSWERED:
            if conversation.fault:
                stop_if_unusable(self._settings, Counter(self._in_a_row), len(self._in_a_row))
            raise stopped(self._settings, self._trouble)

    async def _ask(self, messages: Sequence[Message], probe: str | None) -> dict[str, Any] | None:
        """Ask until there is an answer, and store it; None if there is none for this paper."""
        form = probe or self._format
        while not self._stop:
            try:
                answer = await self._client.post(
                    # Not by the method for chats, which goes through every part of the body.
                    "/chat/completions",
                    cast_to=httpx2.Response,
                    body=request_body(messages, self._settings, form),
                )
            except openai.APIConnectionError as error:
                self._trouble = str(explain(error, "no answer"))
                return None
            except openai.APIStatusError as error:
                refusal = Refusal.of_error(error)
                lesser = None if self._settings.response_format else _LESSER_FORMAT.get(form)
                if refusal.scope is Scope.FORMAT and lesser:
                    self._change_format(form, lesser)
                    form = lesser
                    continue
                if refusal.scope is Scope.PAPER:
                    raise _RefusedPaperError(refusal.said) from None
                if refusal.scope is not Scope.LATER:
                    raise stopped(self._settings, refusal.said, refusal.help) from None
                self._trouble, asked_s = refusal.said, retry_after(error.response.headers)
                if asked_s is None:
                    return None
                reason = f"{refusal.said.rstrip('.')}; it asks to wait until {time_of_day(asked_s)}"
                if asked_s > LONGEST_HOLD_S:
                    raise stopped(self._settings, reason, "wait until then") from None
                log.warning("%s.", reason)
            else:
                body, facts = (answer.extensions[name] for name in ("body", "facts"))
                key = request_key(self._settings, messages)
                # Waiting for the disk must not keep the other requests waiting.
                return await asyncio.to_thread(self._cache.put, key, messages, body, **facts)
        return None

    def _change_format(self, known: str, better: str) -> None:
        """Ask for answers in another form from now on, and say so once."""
        if self._format == known:
            log.warning(
                "%s does not know response_format %s, as a request showed; from now on it is %s, "
                "with the schema in the prompt. Set usage.llm.response_format to say so.",
                *(server_of(self._settings), known, better),
            )
            self._format = better
