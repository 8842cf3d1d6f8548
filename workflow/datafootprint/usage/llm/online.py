"""Asking a server about many papers at once, within its limits and the budget."""

import asyncio
import json
import logging
import math
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import openai

from datafootprint.errors import DatafootprintError
from datafootprint.redaction import without_secrets
from datafootprint.usage.llm.answer import UsageAnswer
from datafootprint.usage.llm.bounded import bounded_client
from datafootprint.usage.llm.cache import AnswerCache, has_choices, request_key
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.credentials import api_key
from datafootprint.usage.llm.pace import Pace, retry_after
from datafootprint.usage.llm.prompt import Message
from datafootprint.usage.llm.settings import Settings
from datafootprint.usage.llm.spending import Ledger

log = logging.getLogger(__name__)

TRIES = 6
"""How often a request is sent that got no answer (overload, fault of the server, cut line)."""

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
CHARACTERS_PER_TOKEN = 4
"""English text in the tokenisers of OpenAI (OpenAI help, "What are tokens")."""

MOST_TOKENS = 10**9
"""More tokens than any request has."""

REPORT_EVERY_S = 10.0


class _NoAnswerError(Exception):
    """A request got no answer in all its tries."""


def characters(messages: Sequence[Message]) -> int:
    """Count the characters of a request's messages."""
    return sum(len(message["content"]) for message in messages)


def most_tokens(messages: Sequence[Message], settings: Settings) -> tuple[int, int]:
    """Return the most tokens a request can cost: no token is shorter than a byte."""
    sent = len(json.dumps(list(messages), ensure_ascii=False).encode())
    return sent, settings.max_output_tokens


def entry_facts(
    body: dict[str, Any], settings: Settings, messages: Sequence[Message], seconds: float
) -> dict[str, Any]:
    """Return the tokens, cost and time of an answer, as they are stored with it.

    Where a server names no tokens, or a number that cannot be, those sent are estimated from the
    characters and those received are the most allowed: the budget must hold all the same.
    """
    sent = _tokens(body, "prompt_tokens")
    if sent is None:
        sent = math.ceil(characters(messages) / CHARACTERS_PER_TOKEN)
    received = _tokens(body, "completion_tokens")
    if received is None:
        received = settings.max_output_tokens
    return {
        "model": settings.model,
        "max_output_tokens": settings.max_output_tokens,
        "input_tokens": sent,
        "output_tokens": received,
        "cost_usd": settings.cost_usd(sent, received),
        "seconds": round(seconds, 3),
    }


def _tokens(body: dict[str, Any], key: str) -> int | None:
    usage = body.get("usage")
    tokens = usage.get(key) if isinstance(usage, dict) else None
    return tokens if type(tokens) is int and 0 <= tokens <= MOST_TOKENS else None


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
            conversation.receive(entry)

    async def _ask(
        self, client: openai.AsyncOpenAI, conversation: Conversation, key: str
    ) -> dict[str, Any] | None:
        messages = conversation.messages
        tries = 0
        while tries < TRIES:
            if self._stop:
                return None
            most = self._settings.cost_usd(*most_tokens(messages, self._settings))
            name = await self._reserve(most)
            await self._pace.turn(characters(messages) / CHARACTERS_PER_TOKEN)
            started = time.monotonic()
            # What is broken off may have been answered and be paid for.
            cost = most
            try:
                self._sent += 1
                async with asyncio.timeout(self._settings.timeout_s):
                    body = await self._send(client, messages)
                facts = entry_facts(body, self._settings, messages, time.monotonic() - started)
                cost = facts["cost_usd"]
                self._fruitless = 0
                self._answered += 1
                # Waiting for the disk must not keep the other requests waiting.
                return await asyncio.to_thread(self._cache.put, key, messages, body, **facts)
            except (
                openai.APIConnectionError,
                TimeoutError,
                ValueError,
                RecursionError,
            ) as error:
                trouble, wait = type(error).__name__, None
            except openai.APIStatusError as error:
                cost = 0.0
                if not self._worth_a_retry(error):
                    self._refused(conversation, error)
                    return None
                trouble, wait = f"HTTP {error.status_code}", retry_after(error.response.headers)
            finally:
                await self._settle(name, cost)
            self._fruitless += 1
            if self._fruitless >= TRIES * self._settings.concurrency:
                raise DatafootprintError(
                    f"the model's server at {self._settings.base_url or 'api.openai.com'} has not "
                    f"answered {self._fruitless} requests in a row (last: {trouble}); check it and "
                    "run again. All answers so far are kept."
                )
            if wait is not None:
                log.warning("The server asks to wait %.0f s (%s).", wait, trouble)
                self._pace.hold(wait)
                continue
            tries += 1
            if tries < TRIES:
                await asyncio.sleep(min(FIRST_WAIT_S * 2 ** (tries - 1), LONGEST_WAIT_S))
        raise _NoAnswerError(trouble)

    async def _send(
        self, client: openai.AsyncOpenAI, messages: Sequence[Message]
    ) -> dict[str, Any]:
        settings = self._settings
        raw = await client.chat.completions.with_raw_response.parse(
            model=settings.model,
            messages=list(messages),  # type: ignore[arg-type]
            response_format=UsageAnswer,
            max_completion_tokens=settings.max_output_tokens,
            temperature=openai.omit if settings.temperature is None else settings.temperature,
        )
        body: Any = json.loads(raw.http_response.content)
        if not has_choices(body):
            raise json.JSONDecodeError("no choices in the answer", "", 0)
        completion: dict[str, Any] = body
        return completion

    async def _reserve(self, most: float) -> str:
        async with self._settled:
            while (name := self._ledger.reserve(most)) is None:
                await self._settled.wait()
        return name

    async def _settle(self, name: str, cost_usd: float) -> None:
        self._cost_usd += cost_usd
        async with self._settled:
            self._ledger.settle(name, cost_usd)
            self._settled.notify_all()

    @staticmethod
    def _worth_a_retry(error: openai.APIStatusError) -> bool:
        if error.status_code == 429:
            return getattr(error, "code", None) != "insufficient_quota"
        return error.status_code in (408, 409) or error.status_code >= 500

    def _refused(self, conversation: Conversation, error: openai.APIStatusError) -> None:
        where = self._settings.base_url or "api.openai.com"
        if error.status_code in (401, 403):
            raise DatafootprintError(
                f"the model's server at {where} refuses the key in OPENAI_API_KEY (HTTP "
                f"{error.status_code}); check the key and what it may do."
            ) from None
        if error.status_code == 429:
            raise DatafootprintError(
                f"the account at {where} has no credit left (insufficient_quota); top it up and "
                "run again. All answers so far are kept."
            ) from None
        fault = f"the server refused the request (HTTP {error.status_code}): {_message(error)}"
        if error.status_code == 404 or not self._answered:
            raise DatafootprintError(
                f"{where}, model {self._settings.model!r}: {fault} Check usage.llm.base_url and "
                "usage.llm.model; the server must know response_format json_schema."
            ) from None
        conversation.give_up(fault)

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
        # Retries are done here and not in the client, so that every request is counted.
        async with openai.AsyncOpenAI(
            api_key=api_key(self._settings.base_url),
            base_url=self._settings.base_url,
            timeout=self._settings.timeout_s,
            max_retries=0,
            http_client=bounded_client(),
        ) as client:
            yield client


def _message(error: openai.APIStatusError) -> str:
    body = error.body
    text = body.get("message") if isinstance(body, dict) else None
    return without_secrets(" ".join(str(text or error.message).split()))[:300]


@asynccontextmanager
async def _ticker(report: Any) -> AsyncIterator[None]:
    async def tick() -> None:
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            report()

    task = asyncio.create_task(tick())
    try:
        yield
    finally:
        task.cancel()
