"""From the passages of a paper to a request."""

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from datafootprint.config_model import LanguageModel
from datafootprint.papers.paper_records import Passage
from datafootprint.usage.labels import Label
from datafootprint.usage.llm.answer import UsageAnswer, answer_schema
from datafootprint.usage.usage_params import is_local

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


def request_body(
    messages: Sequence[Message], settings: LanguageModel, response_format: str
) -> dict[str, Any]:
    """Build the body of a chat completion's request.

    Unless the server takes a JSON schema, the schema is at the end of the first message.
    """
    body: dict[str, Any] = {"model": settings.model, "messages": list(messages)}
    if response_format == "json_schema":
        schema = {"schema": answer_schema(), "name": UsageAnswer.__name__, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    else:
        task = f"{messages[0]['content']}\n\nThe schema: {json.dumps(answer_schema())}"
        body["messages"] = [{**messages[0], "content": task}, *messages[1:]]
        if response_format == "json_object":
            body["response_format"] = {"type": "json_object"}
    limits = settings.max_tokens_key or _limits_read_by(settings.base_url)
    for name in ("max_tokens", "max_completion_tokens"):
        if limits in (name, "both"):
            body[name] = settings.max_output_tokens
    for name in ("temperature", "reasoning_effort"):
        if (value := getattr(settings, name)) is not None:
            body[name] = value
    return body


def _limits_read_by(base_url: str | None) -> str:
    """Return the name that a server reads the limit of an answer by.

    OpenAI's newer models refuse the older name, Mistral the newer one; Ollama and most versions of
    llama.cpp's server read the older one only, and ignore the other.
    """
    if is_local(base_url):
        return "both"
    host = urlsplit(base_url or "https://api.openai.com").hostname or ""
    is_openai = host.endswith((".openai.com", ".azure.com"))
    return "max_completion_tokens" if is_openai else "max_tokens"
