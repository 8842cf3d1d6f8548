"""The money: what requests cost, and a budget for all runs that share a cache folder.

`<cache_dir>/llm/spending.jsonl` gets one line before a request or a batch is sent, with the most it
can cost, and one when its answers are in, with what they did cost. If a run is killed, its open
requests count with the most: the sum is never less than what was spent.
"""

import json
import math
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.usage.llm.prompt import Message

#: English text in the tokenisers of OpenAI (OpenAI help, "What are tokens").
CHARACTERS_PER_TOKEN = 4


def cost_usd(settings: LanguageModel, input_tokens: float, output_tokens: float) -> float:
    """Return what a request of so many tokens costs, in US dollars."""
    usd = (
        input_tokens * settings.input_usd_per_million_tokens
        + output_tokens * settings.output_usd_per_million_tokens
    ) / 1e6
    return usd * settings.batch_price_factor if settings.batch else usd


def likely_tokens(messages: Sequence[Message]) -> float:
    """Estimate the tokens of a request's messages from their characters."""
    return sum(len(message["content"]) for message in messages) / CHARACTERS_PER_TOKEN


def most_cost_usd(messages: Sequence[Message], settings: LanguageModel) -> float:
    """Return the most a request can cost, in US dollars: no token is shorter than a byte."""
    sent = len(json.dumps(list(messages), ensure_ascii=False).encode())
    return cost_usd(settings, sent, settings.max_output_tokens)


def answer_facts(
    body: dict[str, Any], settings: LanguageModel, messages: Sequence[Message], seconds: float
) -> dict[str, Any]:
    """Return the tokens, cost and time of an answer, as they are stored with it.

    Where a server does not count tokens, those sent are estimated from the characters and those
    received are the most allowed, so that the budget holds.
    """
    sent, received = (_tokens(body, name) for name in ("prompt_tokens", "completion_tokens"))
    if sent is None:
        sent = math.ceil(likely_tokens(messages))
    if received is None:
        received = settings.max_output_tokens
    return {
        "model": settings.model,
        "max_output_tokens": settings.max_output_tokens,
        "input_tokens": sent,
        "output_tokens": received,
        "cost_usd": cost_usd(settings, sent, received),
        "seconds": round(seconds, 3),
    }


def _tokens(body: dict[str, Any], name: str) -> int | None:
    usage = body.get("usage")
    tokens = usage.get(name) if isinstance(usage, dict) else None
    return tokens if isinstance(tokens, int) and 0 <= tokens < 1e9 else None


class Ledger:
    """What was spent so far, in US dollars, open requests with the most they can cost."""

    def __init__(self, folder: Path, budget_usd: float) -> None:
        self._path = folder / "spending.jsonl"
        self._budget = budget_usd
        self._usd: dict[str, float] = {}
        folder.mkdir(parents=True, exist_ok=True)
        if self._path.exists():
            self._read()

    @property
    def spent_usd(self) -> float:
        """What was spent."""
        return sum(self._usd.values())

    def reserve(self, most_usd: float, name: str | None = None) -> str:
        """Note the most that a request can cost, if the budget allows it; return its name."""
        if self.spent_usd + most_usd > self._budget:
            raise DatafootprintError(
                f"usage.llm.budget_usd is {self._budget:g}; up to {self.spent_usd:.4f} are spent "
                f"({self._path}) and the next request can cost {most_usd:.4f}. All answers so far "
                "are kept; raise the budget to go on."
            )
        name = name or uuid.uuid4().hex
        self._note(name, most_usd=most_usd)
        return name

    def settle(self, name: str, cost_usd: float) -> None:
        """Note what a request did cost, also one that an earlier run left open."""
        self._note(name, cost_usd=cost_usd)

    def _note(self, name: str, **usd: float) -> None:
        (self._usd[name],) = usd.values()
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"request": name, **usd}) + "\n")

    def _read(self) -> None:
        content = self._path.read_bytes()
        if content and not content.endswith(b"\n"):
            # A run was killed while it wrote; the next line must not join the stump.
            with self._path.open("ab") as stream:
                stream.write(b"\n")
        for number, text in enumerate(content.split(b"\n"), start=1):
            try:
                line = json.loads(text)
            except ValueError:
                continue  # such a stump
            try:
                usd = line["most_usd"] if "most_usd" in line else line["cost_usd"]
                if not 0 <= usd < math.inf:
                    raise ValueError
                self._usd[line["request"]] = usd
            except (KeyError, TypeError, ValueError):
                raise DatafootprintError(
                    f"{self._path}, line {number}: not a note of what was spent; correct the line, "
                    "or delete it if its request cost nothing."
                ) from None
