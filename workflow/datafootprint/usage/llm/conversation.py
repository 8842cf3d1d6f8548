"""What is asked about one paper: a request, and one more if the form of the answer is wrong."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from datafootprint.config_model import LanguageModel
from datafootprint.usage.claims import Claim, Claims
from datafootprint.usage.llm.answer import content_of, end_of, message_of, read_answer
from datafootprint.usage.llm.answer_cache import NUMBERS, AnswerCache, request_key
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
    #: Tokens, US dollars and seconds, by the names of the fields of `Usage`.
    spent: Counter[str] = field(default_factory=Counter)

    def replay(self, cache: AnswerCache, settings: LanguageModel) -> bool:
        """Take what the cache has, if it leads to an answer that can be used; tell if it does."""
        entries, claims = [], None
        messages = self.opening()
        while messages and (entry := cache.get(request_key(settings, messages))):
            entries.append(entry)
            claims, messages = judge(entry, messages)
        if messages or claims is None or claims.fault:
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
        if following and not is_last:
            return following
        self._settle(claims)
        return []

    def give_up(self, fault: str) -> None:
        """Claim nothing; a person must look."""
        self._settle(Claims([], fault=fault))

    def _add(self, entry: dict[str, Any]) -> None:
        self.spent.update({name: entry[name] for name in NUMBERS})
        # Answers that are older than this number took so long at most.
        self.spent["server_seconds"] += entry.get("server_seconds", entry["seconds"])

    def _settle(self, claims: Claims) -> None:
        self.fault = claims.fault
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
        fault = f"the server read {read} tokens of {sent} characters: its context is too short"
        return Claims([], fault=f"{fault} and it cut the prompt."), []
    answer, fault = read_answer(choice)
    if answer is not None:
        uses = [Claim(use.label, use.variant, use.quotes) for use in answer.uses]
        return Claims(uses, answer.confidence, " ".join(answer.reason.split())[:500]), []
    following: list[Message] = []
    if not end_of(choice) and len(messages) == 2:
        said = content_of(message_of(choice))[:2000]
        following = [*messages, *correction(said, fault)]
    return Claims([], fault=fault), following
