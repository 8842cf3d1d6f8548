"""Answers of language models, kept for good: one readable JSON file each, found by its request.

`<cache_dir>/llm/answers/<aa>/<key>.json`, where the key is the SHA-256 of what determines the
answer: model, temperature, messages (the prompt and the passages), the answer's schema and the
effort of reasoning. Where the model is served, at what pace and price, does not count. An answer is
stored as it came.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datafootprint.config_model import LanguageModel
from datafootprint.files import write_atomically
from datafootprint.usage.llm.answer import schema_digest
from datafootprint.usage.llm.prompt import Message

FORMAT = 1
#: Of each answer, by the names of the fields of `Usage`.
NUMBERS = ("input_tokens", "output_tokens", "cost_usd", "seconds")


def request_key(settings: LanguageModel, messages: Sequence[Message]) -> str:
    """Return the key of a request."""
    asked = [FORMAT, settings.model, settings.temperature, schema_digest(), list(messages)]
    if settings.reasoning_effort is not None:
        asked.append(settings.reasoning_effort)
    content = json.dumps(asked, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


class AnswerCache:
    """The answers under a folder."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def path(self, key: str) -> Path:
        """Return where the answer to the request with this key is."""
        return self.folder / "answers" / key[:2] / f"{key}.json"

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the stored answer; None if there is none that can be read."""
        try:
            entry: Any = json.loads(self.path(key).read_bytes())
            is_whole = all(type(entry[name]) in (int, float) for name in NUMBERS)
            return entry if is_whole and has_choices(entry["body"]) else None
        except (FileNotFoundError, ValueError, RecursionError, LookupError, TypeError):
            return None

    def put(
        self, key: str, messages: Sequence[Message], body: dict[str, Any], **facts: Any
    ) -> dict[str, Any]:
        """Store an answer with its request and return what was stored."""
        entry = {"format": FORMAT, **facts, "messages": list(messages), "body": body}
        # Half a surrogate pair, which a model may send, fits into no file.
        content = json.dumps(entry, ensure_ascii=False, indent=1).encode("utf-8", "replace")
        write_atomically(self.path(key), content + b"\n")
        stored: dict[str, Any] = json.loads(content)
        return stored


def has_choices(body: Any) -> bool:
    """Tell whether a completion holds a choice to read."""
    choices = body.get("choices") if isinstance(body, dict) else None
    return isinstance(choices, list) and bool(choices) and isinstance(choices[0], dict)
