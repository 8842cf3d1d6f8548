"""From the passages of a paper to a request."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from datafootprint.config_model import LanguageModel
from datafootprint.papers.paper_records import Passage
from datafootprint.usage.labels import Label
from datafootprint.usage.llm.answer import response_format

PROMPT = Path(__file__).parents[1] / "prompts" / "classify_usage.txt"

Message = dict[str, str]


@cache
def _prompt() -> str:
    """Return the prompt with the labels; its first line names its version."""
    labels = "\n".join(f"- {label}: {label.meaning}" for label in Label)
    return PROMPT.read_text(encoding="utf-8").replace("{labels}", labels)


def prompt_digest() -> str:
    """Return the SHA-256 of the prompt, which every record carries."""
    return hashlib.sha256(_prompt().encode()).hexdigest()


def build_messages(
    passages: Sequence[Passage], dataset: str, variants: Sequence[str]
) -> list[Message]:
    """Build the messages that ask how one paper used the dataset.

    The user's message has nothing but the passages, between lines that carry a digest of them, so
    that no paper can know and fake these lines.
    """
    body = "\n\n".join(f"[page {passage.page}] {_printable(passage.text)}" for passage in passages)
    fence = hashlib.sha256(body.encode()).hexdigest()[:16]
    task = _prompt().partition("\n")[2].strip()
    for name, value in (
        ("dataset", dataset),
        ("variants", ", ".join(variants) or "its subsets"),
        ("fence", fence),
    ):
        task = task.replace("{" + name + "}", value)
    data = f"BEGIN PASSAGES {fence}\n{body}\nEND PASSAGES {fence}"
    return [{"role": "system", "content": task}, {"role": "user", "content": data}]


def correction(answer: str, fault: str) -> list[Message]:
    """Return the messages that follow a faulty answer: the answer itself and what was wrong."""
    return [
        {"role": "assistant", "content": answer or "(no answer)"},
        {
            "role": "user",
            "content": f"That answer cannot be used: {fault} Answer again with one JSON object of "
            "the given schema; quotes must be copied exactly from the passages.",
        },
    ]


def _printable(text: str) -> str:
    """Drop what cannot be sent and break up tokens that chat templates give a meaning to."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "", text).replace("<|", "< |")


def request_body(messages: Sequence[Message], settings: LanguageModel) -> dict[str, Any]:
    """Build the body of a chat completion's request."""
    body = {
        "model": settings.model,
        "messages": list(messages),
        "response_format": response_format(),
        "max_completion_tokens": settings.max_output_tokens,
    }
    if settings.temperature is not None:
        body["temperature"] = settings.temperature
    return body
