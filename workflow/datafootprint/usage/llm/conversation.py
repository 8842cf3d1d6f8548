"""What is asked about one paper: one request, and one more if the answer cannot be used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from datafootprint.usage.llm.answer import UsageAnswer
from datafootprint.usage.llm.prompt import Message, correction
from datafootprint.usage.record import Claim, Claims

ATTEMPTS = 2


@dataclass
class Conversation:
    """The requests about one paper and what came of them.

    Attributes
    ----------
    messages : list of dict
        The next request; empty once the claims are settled.
    when_settled : callable
        Called once, when the claims are settled: others are still waited for then, so its time
        costs nothing.
    claims : Claims or None
        What the model says, once it is settled.
    """

    messages: list[Message]
    when_settled: Callable[["Conversation"], None]
    claims: Claims | None = None
    attempts: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def receive(self, entry: dict[str, Any]) -> None:
        """Take an answer, fresh or from the cache: settle the claims or prepare to ask again."""
        self.attempts += 1
        self.input_tokens += entry["input_tokens"]
        self.output_tokens += entry["output_tokens"]
        self.cost_usd += entry["cost_usd"]
        self.seconds += entry["seconds"]
        choice = entry["body"]["choices"][0]
        answer, fault = read_answer(choice)
        if answer is not None:
            uses = [Claim(use.label, use.variant, use.quotes) for use in answer.uses]
            reason = " ".join(answer.reason.split())[:500]
            self._settle(Claims(uses, answer.confidence, reason))
            return
        self.faults.append(fault)
        if self.attempts >= ATTEMPTS:
            self.give_up(f"no usable answer: {fault}")
        else:
            message = _message(choice)
            said = str(message.get("content") or message.get("refusal") or "")
            self.messages = [*self.messages, *correction(said[:2000], fault)]

    def give_up(self, fault: str) -> None:
        """Settle without a claim; a person must look."""
        self._settle(Claims([], None, "", fault))

    def _settle(self, claims: Claims) -> None:
        self.claims = claims
        # Thousands of papers are settled while others are asked.
        self.messages = []
        self.when_settled(self)


def read_answer(choice: dict[str, Any]) -> tuple[UsageAnswer | None, str]:
    """Return the answer of a choice of a chat completion, or why it cannot be used."""
    message = _message(choice)
    if message.get("refusal"):
        return None, f"the model refused: {_line(message['refusal'])}"
    if choice.get("finish_reason") == "length":
        return None, "the answer was cut off at usage.llm.max_output_tokens."
    if choice.get("finish_reason") == "content_filter":
        return None, "the server's content filter held the answer back."
    try:
        return UsageAnswer.model_validate_json(str(message.get("content") or "")), ""
    except ValidationError as error:
        return None, _faults(error.errors(include_url=False))


def _message(choice: dict[str, Any]) -> dict[str, Any]:
    message = choice.get("message")
    return message if isinstance(message, dict) else {}


def _faults(errors: Sequence[Any]) -> str:
    """Say in a sentence what is wrong with the fields of an answer."""
    told = [
        f"{'.'.join(map(str, error['loc'])) or 'the answer'}: {_line(error['msg'])}"
        for error in errors[:3]
    ]
    return "; ".join(told) + "."


def _line(text: str) -> str:
    return " ".join(str(text).split())[:200]
