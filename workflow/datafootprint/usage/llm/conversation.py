"""What is asked about one paper: one request, and one more if the answer cannot be used."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from datafootprint.usage.claims import Claim, Claims
from datafootprint.usage.llm.answer import message_of, read_answer
from datafootprint.usage.llm.prompt import Message, correction

ATTEMPTS = 2


@dataclass
class Conversation:
    """The requests about one paper and what came of them."""

    #: Makes the first request, which is not kept: there are thousands of papers.
    opening: Callable[[], list[Message]]
    #: Called once the claims are known, while other papers still wait for the server.
    settled: Callable[["Conversation"], None] = lambda conversation: None
    #: What the model says, once that is known.
    claims: Claims | None = None
    corrections: list[Message] = field(default_factory=list)
    attempts: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    seconds: float = 0.0

    def messages(self) -> list[Message]:
        """Return the messages of the next request."""
        return [*self.opening(), *self.corrections]

    def receive(self, entry: dict[str, Any]) -> None:
        """Take an answer, new or from the cache: note the claims or prepare to ask again."""
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
        elif self.attempts >= ATTEMPTS:
            self.give_up(f"no usable answer: {fault}")
        else:
            message = message_of(choice)
            said = str(message.get("content") or message.get("refusal") or "")
            self.corrections = correction(said[:2000], fault)

    def give_up(self, fault: str) -> None:
        """Claim nothing; a person must look."""
        self._settle(Claims([], fault=fault))

    def _settle(self, claims: Claims) -> None:
        self.claims = claims
        self.settled(self)
