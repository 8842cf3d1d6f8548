"""What is asked about one paper: a request, and one more if the form of the answer is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from datafootprint.config_model import LanguageModel
from datafootprint.usage.claims import Claim, Claims
from datafootprint.usage.llm.answer import content_of, is_of_form, message_of, read_answer
from datafootprint.usage.llm.answer_cache import AnswerCache, request_key
from datafootprint.usage.llm.prompt import Message, correction
from datafootprint.usage.llm.spending import tokens_in
from datafootprint.usage.usage_params import NOT_JUDGED

#: A prompt of which a server read less than a token for so many characters was cut by it.
MOST_CHARACTERS_PER_TOKEN = 8


@dataclass
class Conversation:
    """The requests about one paper and what came of them."""

    #: Makes the first request, which is not kept: there are thousands of papers.
    opening: Callable[[], list[Message]]
    #: Called once the claims are known, while other papers still wait for the server.
    settled: Callable[["Conversation"], None] = lambda conversation: None
    #: What the model says, once that is known.
    claims: Claims | None = None
    #: Why no answer could be used.
    fault: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    seconds: float = 0.0
    server_seconds: float = 0.0

    def replay(self, cache: AnswerCache, settings: LanguageModel) -> bool:
        """Take what the cache has, if it leads to an answer that can be used; tell if it does."""
        entries = []
        messages = self.opening()
        while messages:
            entry = cache.get(request_key(settings, messages))
            if entry is None:
                return False
            entries.append(entry)
            claims, messages = judge(entry, messages)
            if not messages and claims.fault:
                return False
        for entry in entries:
            self._add(entry)
        self._settle(claims)
        return True

    def receive(
        self, entry: dict[str, Any], messages: Sequence[Message], is_last: bool = False
    ) -> list[Message]:
        """Take an answer; return the messages of the next request, none if this was the last."""
        self._add(entry)
        claims, following = judge(entry, messages)
        if is_last or not following:
            following = []
            self.fault = claims.fault
            self._settle(claims)
        return following

    def give_up(self, fault: str) -> None:
        """Claim nothing; a person must look."""
        self.fault = fault
        self._settle(Claims([], fault=fault))

    def _add(self, entry: dict[str, Any]) -> None:
        for name in ("input_tokens", "output_tokens", "cost_usd", "seconds"):
            setattr(self, name, getattr(self, name) + entry[name])
        self.server_seconds += entry.get("server_seconds", 0.0)

    def _settle(self, claims: Claims) -> None:
        if claims.fault:
            claims = Claims([], fault=f"{NOT_JUDGED}: {claims.fault}")
        self.claims = claims
        self.settled(self)


def judge(entry: dict[str, Any], messages: Sequence[Message]) -> tuple[Claims, list[Message]]:
    """Return what an answer claims, or its fault, and the messages that ask once more."""
    body = entry["body"]
    choice = body["choices"][0]
    read, sent = tokens_in(body, "prompt_tokens"), sum(len(part["content"]) for part in messages)
    if read and read * MOST_CHARACTERS_PER_TOKEN < sent:
        return Claims(
            [],
            fault=f"the server read {read} tokens of a prompt of {sent} characters: its context is "
            "too short and it cut the prompt.",
        ), []
    answer, fault = read_answer(choice)
    if answer is not None:
        uses = [Claim(use.label, use.variant, use.quotes) for use in answer.uses]
        return Claims(uses, answer.confidence, " ".join(answer.reason.split())[:500]), []
    following: list[Message] = []
    if is_of_form(choice) and len(messages) == 2:
        said = content_of(message_of(choice))[:2000]
        following = [*messages, *correction(said, fault)]
    return Claims([], fault=fault), following
