"""Asking a server about many papers at once, within its limits and the budget."""

import asyncio
import json
import logging
import re
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import openai

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.http import explain, httpx_options
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.exchange import Message, request_body
from datafootprint.usage.llm.paid import (
    CHARACTERS_PER_TOKEN,
    AnswerCache,
    Ledger,
    answer_facts,
    has_choices,
    most_cost_usd,
    request_key,
)
from datafootprint.usage.llm.refusals import Refusal, server_of, stop_if_unusable, stopped
from datafootprint.usage.usage_params import api_key
from datafootprint.waiting import RateLimit, retry_after, time_of_day

log = logging.getLogger(__name__)

#: How often the client repeats a request that gets no answer, which takes it half a minute.
RETRIES = 6
#: Longest wait that a server may ask for.
LONGEST_HOLD_S = 3600.0
#: Papers without a usable answer in a row, after which the run stops.
MOST_UNANSWERED = 20
REPORT_EVERY = 50
CHATS = "/chat/completions"
#: Faults of an answer that was written without a schema.
NO_SCHEMA = re.compile("no whole JSON object|Field required")
#: What fails before anything was sent, and costs nothing.
NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


class MeteredClient(httpx2.AsyncClient):
    """Sends each try of a request within pace and budget, and gives its answer body and facts."""

    def __init__(self, settings: LanguageModel, ledger: Ledger) -> None:
        super().__init__(**httpx_options())
        self._settings = settings
        self._ledger = ledger
        limits = settings.requests_per_minute, settings.tokens_per_minute
        self._rate = RateLimit(ledger.folder, server_of(settings), *limits)
        self._open = 0
        self._was_lost = False

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request once; an answer that holds an error gets the status of that error."""
        most_usd, cost_usd = most_cost_usd(self._settings, request.content), 0.0
        name = self._ledger.reserve(most_usd)
        try:
            await self._rate.turn_of(len(request.content) / CHARACTERS_PER_TOKEN)
            # What is broken off may have been answered and be paid for.
            started, cost_usd = time.monotonic(), most_usd
            self._open += 1
            try:
                async with asyncio.timeout(self._settings.timeout_s):
                    response = await super().send(request, **options)
                    await response.aread()
            except TimeoutError:
                raise httpx2.ReadTimeout("no whole answer in time", request=request) from None
            finally:
                seconds, at_once = time.monotonic() - started, self._open
                self._open -= 1
            cost_usd = 0.0
            body = _read(response)
            if response.status_code == 200:
                facts = answer_facts(body, self._settings, len(request.content))
                cost_usd = facts["cost_usd"]
                # The server's time is shared by the requests that are open.
                facts |= {"seconds": seconds, "server_seconds": seconds / at_once}
                response.extensions |= {"body": body, "facts": facts}
            elif (pause_s := retry_after(response.headers)) is not None:
                self._rate.pause(pause_s)
            return response
        except NOT_SENT as error:
            cost_usd = 0.0
            if not self._was_lost:
                self._was_lost = True
                log.warning("%s Trying again.", explain(error, server_of(self._settings)))
            raise
        finally:
            self._ledger.settle(name, cost_usd)


def _read(response: httpx2.Response) -> Any:
    """Return the body; an error that came as an answer, as OpenRouter's do, gets its status."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    if response.status_code == 200:
        if has_choices(body):
            return body
        code = error.get("code") if isinstance(error, dict) else None
        # A web page is of another address; what else is no completion may pass.
        is_page = b"<html" in response.content[:1000].lower()
        other = 400 if error else 404 if is_page else 502
        response.status_code = code if isinstance(code, int) and 400 <= code < 600 else other
    passes = Refusal.of(response.status_code, error or response.text).scope == "later"
    response.headers["x-should-retry"] = str(passes).lower()
    return body


class Online:
    """One run of requests to a server, whose answers are looked up in the cache first."""

    def __init__(self, settings: LanguageModel, folder: Path) -> None:
        self._settings = settings
        self._cache = AnswerCache(folder)
        self._ledger = Ledger(folder, settings.budget_usd)
        #: Those that the server may know; the first is asked for.
        known = settings.response_format
        self._formats: list[str] = [known] if known else ["json_schema", "json_object", "none"]
        self._format_is_known = known is not None
        self._stop: DatafootprintError | None = None
        self._in_a_row: list[str] = []
        self._client = openai.AsyncOpenAI(
            # Called when something is sent: what the cache answers needs no key.
            api_key=partial(asyncio.to_thread, api_key, settings.base_url),
            base_url=settings.base_url,
            max_retries=RETRIES,
            timeout=settings.timeout_s,
            http_client=MeteredClient(settings, self._ledger),
        )

    async def run(self, conversations: Sequence[Conversation]) -> None:
        """Hold all conversations; every answer that came in is in the cache whatever happens."""
        for name in self._ledger.open_batches({talk.key() for talk in conversations}):
            raise DatafootprintError(
                f"{self._ledger.path}: batch {name} is open and its papers would be paid for "
                "twice; set usage.llm.batch to true and run again, which collects its answers, or "
                "delete its lines to give them up."
            )
        waiting, total = enumerate(conversations, start=1), len(conversations)
        async with self._client:
            workers = range(self._settings.concurrency)
            await asyncio.gather(*(self._work(waiting, total) for _ in workers))
        if self._stop:
            raise self._stop

    async def _work(self, waiting: Iterator[tuple[int, Conversation]], total: int) -> None:
        for number, conversation in waiting:
            try:
                if not conversation.replay(self._cache):
                    await self._hold(conversation)
            except DatafootprintError as error:
                self._stop = self._stop or error
            if self._stop:
                return
            if number % REPORT_EVERY == 0 or number == total:
                spent_usd = self._ledger.spent_usd
                log.info("%d of %d papers, %.4f USD spent so far", number, total, spent_usd)

    async def _hold(self, conversation: Conversation) -> None:
        """Bring a conversation to its end; stop if too many in a row brought nothing."""
        messages = conversation.opening()
        while messages and (entry := await self._ask(messages, conversation)):
            messages = conversation.receive(entry, messages)
            if not self._format_is_known and NO_SCHEMA.search(conversation.fault):
                # A server may ignore the schema in silence; the prompt has none so far.
                self._change_format("json_schema")
        if not conversation.fault:
            self._in_a_row, self._format_is_known = [], True
            return
        self._in_a_row.append(conversation.fault)
        if len(self._in_a_row) >= MOST_UNANSWERED:
            stop_if_unusable(self._settings, self._in_a_row, len(self._in_a_row))

    async def _ask(
        self, messages: Sequence[Message], conversation: Conversation
    ) -> dict[str, Any] | None:
        """Ask until there is an answer, and store it; None if there is none for this paper."""
        while not self._stop:
            form = self._formats[0]
            body = request_body(messages, self._settings, form)
            try:
                # Not by the method for chats, which goes through every part of the body.
                answer = await self._client.post(CHATS, cast_to=httpx2.Response, body=body)
            except openai.APIConnectionError as error:
                conversation.give_up(str(explain(error, "no answer")))
                return None
            except openai.APIStatusError as error:
                refusal = Refusal.of(error.status_code, error.body or error.message)
                if refusal.scope == "format" and form != self._formats[-1]:
                    self._change_format(form)
                    continue
                if refusal.scope not in ("paper", "later"):
                    raise stopped(self._settings, refusal.said, refusal.help) from None
                asked_s = retry_after(error.response.headers)
                if refusal.scope == "paper" or asked_s is None:
                    conversation.give_up(refusal.said)
                    return None
                reason = f"{refusal.said.rstrip('.')}; it asks to wait until {time_of_day(asked_s)}"
                if asked_s > LONGEST_HOLD_S:
                    raise stopped(self._settings, reason, "wait until then") from None
                log.warning("%s.", reason)
            else:
                key, came = request_key(self._settings, messages), answer.extensions
                # Waiting for the disk must not keep the other requests waiting.
                return await asyncio.to_thread(
                    self._cache.put, key, messages, came["body"], **came["facts"]
                )
        return None

    def _change_format(self, refused: str) -> None:
        if self._formats[0] == refused:
            self._formats = self._formats[1:]
            log.warning(
                "%s does not know response_format %s, as a request showed; from now on it is %s, "
                "with the schema in the prompt. Set usage.llm.response_format to say so.",
                *(server_of(self._settings), refused, self._formats[0]),
            )
