"""Tokens of a request and its answer: estimated before, counted after."""

import json
import math
from collections.abc import Sequence
from typing import Any

from datafootprint.usage.llm.prompt import Message
from datafootprint.usage.llm.settings import Settings

#: English text in the tokenisers of OpenAI (OpenAI help, "What are tokens").
CHARACTERS_PER_TOKEN = 4

#: More tokens than any request has.
MOST_TOKENS = 10**9


def likely_tokens(messages: Sequence[Message]) -> float:
    """Estimate the tokens of a request's messages from their characters."""
    return sum(len(message["content"]) for message in messages) / CHARACTERS_PER_TOKEN


def most_cost_usd(messages: Sequence[Message], settings: Settings) -> float:
    """Return the most a request can cost, in US dollars: no token is shorter than a byte."""
    sent = len(json.dumps(list(messages), ensure_ascii=False).encode())
    return settings.cost_usd(sent, settings.max_output_tokens)


def entry_facts(
    body: dict[str, Any], settings: Settings, messages: Sequence[Message], seconds: float
) -> dict[str, Any]:
    """Return the tokens, cost and time of an answer, as they are stored with it.

    Where a server names no tokens, or a number that cannot be, those sent are estimated from the
    characters and those received are the most allowed: the budget must hold all the same.
    """
    sent = _tokens(body, "prompt_tokens")
    if sent is None:
        sent = math.ceil(likely_tokens(messages))
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
