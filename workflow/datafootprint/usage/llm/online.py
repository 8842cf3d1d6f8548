"""Asking a server about many papers at once, within its limits and the budget."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import openai

from datafootprint.clients import BoundedAsyncClient
from datafootprint.errors import DatafootprintError
from datafootprint.retry_after import retry_after
from datafootprint.usage.llm.answer import LARGEST_ANSWER_BYTES
from datafootprint.usage.llm.cache import AnswerCache, has_choices, request_key
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.credentials import api_key
from datafootprint.usage.llm.pace import Pace
from datafootprint.usage.llm.prompt import Message, request_body
from datafootprint.usage.llm.refusals import is_passing, refused_all, stop_if_general, told
from datafootprint.usage.llm.settings import Settings
from datafootprint.usage.llm.spending import Ledger
from datafootprint.usage.llm.tokens import entry_facts, likely_tokens, most_cost_usd

log = logging.getLogger(__name__)

#: How often a request is sent that got no answer (overload, fault of the server, cut line).
TRIES = 6

#: Papers refused one after the other, with no answer in between, after which the run stops.
MOST_REFUSED = 50

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
#: Longest wait that a server may ask for.
LONGEST_HOLD_S = 24 * 3600.0

REPORT_EVERY_S = 10.0


class _NoAnswerError(Exception):
    """A request got no answer in all its tries."""


class Online:
    """One run of requests to a server.

    Parameters
    ----------
    settings : Settings
        The section `usage.llm`.
    cache : AnswerCache
        Where answers are looked up first and kept.
    ledger : Ledger
        The budget.
    """

    def __init__(self, settings: Settings, cache: AnswerCache, ledger: Ledger) -> None:
        self._settings = settings
        self._cache = cache
        self._ledger = ledger
        self._pace = Pace(settings.requests_per_minute, settings.tokens_per_minute)
        self._asking: dict[str, asyncio.Lock] = {}
        self._settled = asyncio.Condition()
        self._fruitless = self._sent = self._answered = self._done = 0
        self._refused_in_a_row = 0
        self._refusal: str | None = None
        self._stop: DatafootprintError | None = None
        self._cost_usd = 0.0

    async def run(self, conversations: Iterable[Conversation], total: int) -> None:
        """Hold all conversations, at most `concurrency` at a time.

        Raises
        ------
        DatafootprintError
            If the budget is reached, the server refuses the key or the model, or papers are left
            without an answer. Every answer that came in is in the cache by then.
        """
        started = time.monotonic()
        waiting = iter(conversations)
        left: list[str] = []
        async with self._client() as client, _ticker(lambda: self._report(total, started)):
            await asyncio.gather(
                *(self._work(client, waiting, left) for _ in range(self._settings.concurrency))
            )
        self._report(total, started)
        if self._stop:
            raise self._stop
        if self._refusal and not self._answered:
            raise refused_all(self._settings, self._refusal)
        if left:
            raise DatafootprintError(
                f"{len(left)} of {total} papers got no answer from the model's server "
                f"(last: {left[-1]}). All other answers are kept; run again to ask for the rest."
            )

    async def _work(
        self, client: openai.AsyncOpenAI, waiting: Iterable[Conversation], left: list[str]
    ) -> None:
        for conversation in waiting:
            try:
                while conversation.claims is None and not self._stop:
                    await self._next(client, conversation)
            except _NoAnswerError as error:
                left.append(str(error))
            except DatafootprintError as error:
                self._stop = self._stop or error
            if self._stop:
                return
            self._done += 1

    async def _next(self, client: openai.AsyncOpenAI, conversation: Conversation) -> None:
        settings, messages = self._settings, conversation.messages
        key = request_key(settings.model, settings.temperature, messages)
        # Papers with the same passages ask once.
        async with self._asking.setdefault(key, asyncio.Lock()):
            entry = self._cache.get(key, settings.max_output_tokens)
            if entry is None:
                entry = await self._ask(client, conversation, key)
        self._asking.pop(key, None)
        if entry is not None:
            self._answered += 1
            conversation.receive(entry)

    async def _ask(
        self, client: openai.AsyncOpenAI, conversation: Conversation, key: str
    ) -> dict[str, Any] | None:
        """Ask until there is an answer; None if the run stops or the paper was given up."""
        tries = 0
        while tries < TRIES:
            if self._stop:
                return None
            try:
                return await self._try(client, conversation.messages, key)
            except (
                openai.APIConnectionError,
                TimeoutError,
                ValueError,
                RecursionError,
            ) as error:
                trouble, wait_s = type(error).__name__, None
            except openai.APIStatusError as error:
                if not is_passing(error):
                    stop_if_general(error, self._settings)
                    self._count_refused(told(error))
                    conversation.give_up(told(error))
                    return None
                trouble, wait_s = f"HTTP {error.status_code}", retry_after(error.response.headers)
            self._count_fruitless(trouble)
            if wait_s is not None:
                if wait_s > LONGEST_HOLD_S:
                    raise DatafootprintError(
                        f"the model's server asks to wait {wait_s / 3600:.0f} hours ({trouble}); "
                        "run again then. All answers so far are kept."
                    )
                log.warning("The server asks to wait %.0f s (%s).", wait_s, trouble)
                self._pace.hold(wait_s)
                continue
            tries += 1
            if tries < TRIES:
                await asyncio.sleep(min(FIRST_WAIT_S * 2 ** (tries - 1), LONGEST_WAIT_S))
        raise _NoAnswerError(trouble)

    async def _try(
        self, client: openai.AsyncOpenAI, messages: Sequence[Message], key: str
    ) -> dict[str, Any]:
        """Send a request once, within pace and budget, and store its answer."""
        most_usd = most_cost_usd(messages, self._settings)
        name = await self._reserve(most_usd)
        await self._pace.turn(likely_tokens(messages))
        started = time.monotonic()
        # What is broken off may have been answered and be paid for.
        cost_usd = most_usd
        try:
            self._sent += 1
            async with asyncio.timeout(self._settings.timeout_s):
                body = await self._send(client, messages)
            facts = entry_facts(body, self._settings, messages, time.monotonic() - started)
            cost_usd = facts["cost_usd"]
            self._fruitless = self._refused_in_a_row = 0
            # Waiting for the disk must not keep the other requests waiting.
            return await asyncio.to_thread(self._cache.put, key, messages, body, **facts)
        except (openai.APIStatusError, DatafootprintError):
            cost_usd = 0.0
            raise
        finally:
            await self._settle(name, cost_usd)

    def _count_refused(self, refusal: str) -> None:
        self._refusal = refusal
        self._refused_in_a_row += 1
        if self._refused_in_a_row >= MOST_REFUSED:
            raise refused_all(self._settings, refusal)

    def _count_fruitless(self, trouble: str) -> None:
        self._fruitless += 1
        if self._fruitless >= TRIES * self._settings.concurrency:
            raise DatafootprintError(
                f"the model's server at {self._settings.server} has not answered "
                f"{self._fruitless} requests in a row (last: {trouble}); check it and run again. "
                "All answers so far are kept."
            )

    async def _send(
        self, client: openai.AsyncOpenAI, messages: Sequence[Message]
    ) -> dict[str, Any]:
        # Not by the method for chats, which goes through every part of the body each time.
        answer = await client.post(
            "/chat/completions",
            cast_to=httpx2.Response,
            body=request_body(messages, self._settings),
        )
        body: Any = json.loads(answer.content)
        if not has_choices(body):
            raise json.JSONDecodeError("no choices in the answer", "", 0)
        completion: dict[str, Any] = body
        return completion

    async def _reserve(self, most_usd: float) -> str:
        async with self._settled:
            while (name := self._ledger.reserve(most_usd)) is None:
                await self._settled.wait()
        return name

    async def _settle(self, name: str, cost_usd: float) -> None:
        self._cost_usd += cost_usd
        async with self._settled:
            self._ledger.settle(name, cost_usd)
            self._settled.notify_all()

    def _report(self, total: int, started: float) -> None:
        elapsed = time.monotonic() - started
        rate = self._done / elapsed if elapsed else 0.0
        left = (total - self._done) / rate if rate else float("inf")
        log.info(
            "%d of %d papers, %d requests, %.1f papers/s, %.4f USD, %s left",
            self._done,
            total,
            self._sent,
            rate,
            self._cost_usd,
            f"{left:.0f} s" if left < float("inf") else "unknown time",
        )

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[openai.AsyncOpenAI]:
        async def key() -> str:
            return api_key(self._settings.base_url)

        # Retries are done here and not in the client, so that every request is counted. The key is
        # asked for when something is sent: what the cache answers needs none.
        async with openai.AsyncOpenAI(
            api_key=key,
            base_url=self._settings.base_url,
            timeout=self._settings.timeout_s,
            max_retries=0,
            http_client=BoundedAsyncClient(LARGEST_ANSWER_BYTES),
        ) as client:
            yield client


@asynccontextmanager
async def _ticker(report: Callable[[], None]) -> AsyncIterator[None]:
    async def tick() -> None:
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            report()

    task = asyncio.create_task(tick())
    try:
        yield
    finally:
        task.cancel()
