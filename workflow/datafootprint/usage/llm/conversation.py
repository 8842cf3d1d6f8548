"""The talk about one paper: a request, one more if the answer's form is wrong, and a record."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datafootprint.config_model import LanguageModel
from datafootprint.papers.paper_records import Mentions
from datafootprint.papers.texts import read_text
from datafootprint.usage.claims import Claim, Claims, make_record, shown_passages
from datafootprint.usage.labels import Classifier
from datafootprint.usage.llm.exchange import (
    Message,
    build_messages,
    content_of,
    prompt_digest,
    read_answer,
)
from datafootprint.usage.llm.paid import NUMBERS, AnswerCache, request_key, tokens_in
from datafootprint.usage.names import Dataset
from datafootprint.usage.usage_params import NOT_JUDGED
from datafootprint.usage.usage_records import Usage

#: A prompt of which a server read less than a token for so many characters was cut by it.
MOST_CHARACTERS_PER_TOKEN = 8
CORRECTION = (
    "That answer cannot be used: {fault} Answer again with one JSON object of the given schema; "
    "quotes must be copied exactly from the passages."
)


@dataclass
class Conversation:
    """What a model is asked about one paper, and what came of it."""

    mention: Mentions
    dataset: Dataset
    settings: LanguageModel
    cache_dir: str | Path
    record: Usage | None = None
    #: Why no answer could be used.
    fault: str = ""
    #: Tokens, US dollars and seconds, by the names of the fields of `Usage`.
    spent: Counter[str] = field(default_factory=Counter)

    def opening(self) -> list[Message]:
        """Make the first request, which is not kept: there are thousands of papers."""
        shown = shown_passages(self.mention, self.settings.context, self.cache_dir)
        return build_messages(shown, self.dataset.name, list(self.dataset.variants))

    def key(self) -> str:
        return request_key(self.settings, self.opening())

    def replay(self, cache: AnswerCache) -> bool:
        """Take what the cache has, if it leads to an answer that can be used; tell if it does."""
        messages = self.opening()
        while messages and (entry := cache.get(request_key(self.settings, messages))):
            messages = self.receive(entry, messages)
        if messages or self.fault:
            self.record, self.fault, self.spent = None, "", Counter()
        return self.record is not None

    def receive(self, entry: dict[str, Any], messages: Sequence[Message]) -> list[Message]:
        """Take an answer; return the messages that ask once more, if there is sense in it."""
        self.spent.update({name: entry[name] for name in NUMBERS})
        # Answers that are older than this number took so long at most.
        self.spent["server_seconds"] += entry.get("server_seconds", entry["seconds"])
        choice = entry["body"]["choices"][0]
        read = tokens_in(entry["body"], "prompt_tokens", 0)
        sent = sum(len(message["content"]) for message in messages)
        answer, fault, is_over = read_answer(choice)
        if read and read * MOST_CHARACTERS_PER_TOKEN < sent:
            answer, is_over = None, True
            fault = (
                f"the server read {read} tokens of {sent} characters: its context is too short and "
                "it cut the prompt."
            )
        if answer is not None:
            uses = [Claim(use.label, use.variant, use.quotes) for use in answer.uses]
            reason = " ".join(answer.reason.split())[:500]
            self._record(Claims(uses, answer.confidence, reason))
            return []
        self.give_up(fault)
        if is_over or len(messages) > 2:
            return []
        said = {"role": "assistant", "content": content_of(choice)[:2000] or "(no answer)"}
        return [*messages, said, {"role": "user", "content": CORRECTION.format(fault=fault)}]

    def give_up(self, fault: str) -> None:
        """Claim nothing; a person must look."""
        self._record(Claims([], fault=f"{NOT_JUDGED}: {fault}"), fault)

    def _record(self, claims: Claims, fault: str = "") -> None:
        self.fault = fault
        self.record = make_record(
            self.mention,
            shown_passages(self.mention, self.settings.context, self.cache_dir),
            read_text(self.cache_dir, str(self.mention.pdf_sha256)),
            claims,
            self.dataset,
            Classifier.LLM,
            model=self.settings.model,
            prompt_sha256=prompt_digest(),
            **{name: round(number, 12) for name, number in self.spent.items()},
        )
