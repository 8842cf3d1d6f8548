"""A client on httpx2 that sends each request within pace and budget.

The client of openai, which repeats requests by its own rules, sends through it: so every try is
paid for once, and it knows what a server means before it decides about another try.
"""

import asyncio
import json
import time
from typing import Any

import httpx2

from datafootprint.config_model import LanguageModel
from datafootprint.http import httpx_options
from datafootprint.usage.llm.answer_cache import has_choices
from datafootprint.usage.llm.refusals import Refusal, Scope, server_of
from datafootprint.usage.llm.spending import (
    CHARACTERS_PER_TOKEN,
    Ledger,
    answer_facts,
    most_cost_usd,
)
from datafootprint.waiting import RateLimit, retry_after

#: What fails before anything was sent, and costs nothing.
NOT_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)


class MeteredClient(httpx2.AsyncClient):
    """Sends chat completions; an answer has its `body` and `facts` in its extensions."""

    def __init__(self, settings: LanguageModel, ledger: Ledger) -> None:
        super().__init__(**httpx_options())
        self._settings = settings
        self._ledger = ledger
        limits = settings.requests_per_minute, settings.tokens_per_minute
        self._rate = RateLimit(ledger.folder, server_of(settings), *limits)
        self._open = 0

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request once; an answer that is none gets the status of an error."""
        most_usd = most_cost_usd(self._settings, request.content)
        name = self._ledger.reserve(most_usd)
        # What is broken off may have been answered and be paid for.
        cost_usd = most_usd
        try:
            await self._rate.turn_of(len(request.content) / CHARACTERS_PER_TOKEN)
            started = time.monotonic()
            self._open += 1
            try:
                async with asyncio.timeout(self._settings.timeout_s):
                    response = await super().send(request, **options)
                    content = await response.aread()
            except TimeoutError:
                raise httpx2.ReadTimeout("no whole answer in time", request=request) from None
            finally:
                seconds, at_once = time.monotonic() - started, self._open
                self._open -= 1
            cost_usd = 0.0
            response = _with_true_status(response, content)
            if response.status_code == 200:
                body = response.extensions["body"]
                facts = answer_facts(body, self._settings, len(request.content))
                cost_usd = facts["cost_usd"]
                # The server's time is shared by the requests that are open.
                facts["seconds"] = round(seconds, 3)
                facts["server_seconds"] = round(seconds / at_once, 3)
                response.extensions["facts"] = facts
            elif (pause_s := retry_after(response.headers)) is not None:
                self._rate.pause(pause_s)
            return response
        except NOT_SENT:
            cost_usd = 0.0
            raise
        finally:
            self._ledger.settle(name, cost_usd)


def _with_true_status(response: httpx2.Response, content: bytes) -> httpx2.Response:
    """Give an error that came as an answer its status, and say which errors may pass.

    OpenRouter and others send errors with status 200. What is no completion at all comes from
    something in between, and may pass.
    """
    status, error = response.status_code, None
    try:
        body: Any = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        error = body.get("error")
    if status == 200:
        if has_choices(body):
            response.extensions["body"] = body
            return response
        code = error.get("code") if isinstance(error, dict) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 400 if error else 502
    passes = Refusal.of(status, error or content.decode(errors="replace")).scope is Scope.LATER
    headers = {"content-type": "application/json", "x-should-retry": str(passes).lower()}
    for name in ("retry-after", "retry-after-ms"):
        if name in response.headers:
            headers[name] = response.headers[name]
    return httpx2.Response(status, headers=headers, content=content, request=response.request)
