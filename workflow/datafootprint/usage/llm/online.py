"""Asking a server about many papers at once, within its limits and the budget."""

import asyncio
import json
import logging
import time
from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
import openai

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.http import explain, httpx_options
from datafootprint.usage.llm.answer_cache import AnswerCache, has_choices, request_key
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.prompt import Message, request_body
from datafootprint.usage.llm.rate_limit import RateLimit
from datafootprint.usage.llm.refusals import OF_ONE_REQUEST, is_passing, refusal, stopped
from datafootprint.usage.llm.spending import Ledger, answer_facts, likely_tokens, most_cost_usd
from datafootprint.usage.usage_params import api_key
from datafootprint.waiting import retry_after, time_of_day

log = logging.getLogger(__name__)

#: How often a request is sent that gets no answer (overload, fault of the server, cut line).
TRIES = 6
FIRST_WAIT_S = 1.0
#: Longest wait that a server may ask for.
LONGEST_HOLD_S = 3600.0
#: Papers without an answer, one after the other, after which the run stops.
MOST_UNANSWERED = 20
REPORT_EVERY_S = 10.0


class Online:
    """One run of requests to a server, whose answers are looked up in the cache first."""

    def __init__(self, settings: LanguageModel, cache: AnswerCache, ledger: Ledger) -> None:
        self._settings = settings
        self._cache = cache
        self._ledger = ledger
        self._rate = RateLimit(settings.requests_per_minute, settings.tokens_per_minute)
        self._asking: dict[str, asyncio.Lock] = {}
        self._stop: DatafootprintError | None = None
        self._trouble = ""
        self._answered = self._done = self._unanswered = self._in_a_row = 0
        self._reported = time.monotonic()

    async def run(self, conversations: Sequence[Conversation]) -> None:
        """Hold all conversations; every answer that came in is in the cache whatever happens."""
        waiting = iter(conversations)
        # Tries are counted here and not in the client, so that the budget knows every request. The
        # key is asked for when something is sent: what the cache answers needs none.
        async with openai.AsyncOpenAI(
            api_key=self._key,
            base_url=self._settings.base_url,
            timeout=self._settings.timeout_s,
            max_retries=0,
            http_client=httpx2.AsyncClient(**httpx_options()),
        ) as client:
            workers = range(self._settings.concurrency)
            await asyncio.gather(
                *(self._work(client, waiting, len(conversations)) for _ in workers)
            )
        if self._stop:
            raise self._stop
        if self._trouble and not self._answered:
            raise stopped(self._settings, self._trouble)
        if self._unanswered:
            raise DatafootprintError(
                f"{self._unanswered} of {len(conversations)} papers got no answer from the model's "
                f"server (last: {self._trouble}). All other answers are kept; run again to ask for "
                "the rest."
            )

    async def _key(self) -> str:
        return api_key(self._settings.base_url)

    async def _work(
        self, client: openai.AsyncOpenAI, waiting: Iterator[Conversation], total: int
    ) -> None:
        for conversation in waiting:
            try:
                while conversation.claims is None and not self._stop:
                    if not await self._next(client, conversation):
                        break
            except DatafootprintError as error:
                self._stop = self._stop or error
            if self._stop:
                return
            self._done += 1
            if time.monotonic() > self._reported + REPORT_EVERY_S or self._done == total:
                self._reported = time.monotonic()
                spent = self._ledger.spent_usd
                log.info("%d of %d papers, %.4f USD spent so far", self._done, total, spent)

    async def _next(self, client: openai.AsyncOpenAI, conversation: Conversation) -> bool:
        """Bring a conversation one answer further; tell whether that worked."""
        settings, messages = self._settings, conversation.messages()
        key = request_key(settings.model, settings.temperature, messages)
        # Papers with the same passages ask once.
        async with self._asking.setdefault(key, asyncio.Lock()):
            entry = self._cache.get(key, settings.max_output_tokens)
            if entry is None:
                entry = await self._ask(client, conversation, messages, key)
        self._asking.pop(key, None)
        if entry is None:
            return False
        self._answered += 1
        conversation.receive(entry)
        return True

    async def _ask(
        self,
        client: openai.AsyncOpenAI,
        conversation: Conversation,
        messages: Sequence[Message],
        key: str,
    ) -> dict[str, Any] | None:
        """Ask until there is an answer; None if there is none for this paper."""
        tries = 0
        while tries < TRIES and not self._stop:
            asked_s = None
            try:
                return await self._try(client, messages, key)
            except openai.APIConnectionError as error:
                self._trouble = str(explain(error, "no answer"))
            except (TimeoutError, ValueError, RecursionError) as error:
                self._trouble = type(error).__name__
            except openai.APIStatusError as error:
                said = error.body.get("message") if isinstance(error.body, dict) else None
                self._trouble = refusal(error.status_code, said or error.message)
                if error.status_code in OF_ONE_REQUEST:
                    conversation.give_up(self._trouble)
                    self._count_unanswered()
                    return None
                if not is_passing(error):
                    raise stopped(self._settings, self._trouble) from None
                asked_s = retry_after(error.response.headers)
            if asked_s is None:
                tries += 1
                await asyncio.sleep(FIRST_WAIT_S * 2 ** (tries - 1) if tries < TRIES else 0)
            elif asked_s > LONGEST_HOLD_S:
                raise DatafootprintError(
                    f"the model's server asks to wait until {time_of_day(asked_s)} "
                    f"({self._trouble}); run again then. All answers so far are kept."
                )
            else:
                until = time_of_day(asked_s)
                log.warning("The server asks to wait until %s (%s).", until, self._trouble)
                self._rate.hold(asked_s)
        self._unanswered += 1
        self._count_unanswered()
        return None

    async def _try(
        self, client: openai.AsyncOpenAI, messages: Sequence[Message], key: str
    ) -> dict[str, Any]:
        """Send a request once, within pace and budget, and store its answer."""
        most_usd = most_cost_usd(messages, self._settings)
        name = self._ledger.reserve(most_usd)
        await self._rate.turn(likely_tokens(messages))
        started = time.monotonic()
        # What is broken off may have been answered and be paid for.
        cost_usd = most_usd
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                # Not by the method for chats, which goes through every part of the body each time.
                answer = await client.post(
                    "/chat/completions",
                    cast_to=httpx2.Response,
                    body=request_body(messages, self._settings),
                )
            body: Any = json.loads(answer.content)
            if not has_choices(body):
                raise ValueError("no choices in the answer")
            facts = answer_facts(body, self._settings, messages, time.monotonic() - started)
            cost_usd = facts["cost_usd"]
            self._in_a_row = 0
            # Waiting for the disk must not keep the other requests waiting.
            return await asyncio.to_thread(self._cache.put, key, messages, body, **facts)
        except (openai.APIStatusError, DatafootprintError):
            cost_usd = 0.0
            raise
        finally:
            self._ledger.settle(name, cost_usd)

    def _count_unanswered(self) -> None:
        self._in_a_row += 1
        if self._in_a_row >= MOST_UNANSWERED:
            raise stopped(self._settings, self._trouble)
