"""Answers of language models, kept for good: one readable JSON file each, found by its request.

`<cache_dir>/llm/answers/<aa>/<key>.json`, where the key is the SHA-256 of what determines the
answer: model, temperature, messages (the prompt and the passages) and the answer's schema. Where
the model is served, at what pace and price, does not count.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datafootprint.files import write_atomically
from datafootprint.usage.llm.answer import schema_digest
from datafootprint.usage.llm.prompt import Message

FORMAT = 1


def request_key(model: str, temperature: float | None, messages: Sequence[Message]) -> str:
    """Return the key of a request."""
    content = json.dumps(
        [FORMAT, model, temperature, schema_digest(), list(messages)],
        ensure_ascii=False,
        sort_keys=True,
    )
    return hashlib.sha256(content.encode()).hexdigest()


class AnswerCache:
    """The answers under a folder."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def path(self, key: str) -> Path:
        """Return where the answer to the request with this key lies."""
        return self.folder / "answers" / key[:2] / f"{key}.json"

    def get(self, key: str, max_output_tokens: int) -> dict[str, Any] | None:
        """Return the stored answer; None if there is none that can be used.

        An answer that was cut off is of no use once more output tokens are allowed.
        """
        try:
            entry: Any = json.loads(self.path(key).read_bytes())
        except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
            return None
        if not isinstance(entry, dict) or "body" not in entry:
            return None
        cut = entry["body"]["choices"][0].get("finish_reason") == "length"
        if cut and entry["max_output_tokens"] < max_output_tokens:
            return None
        return entry

    def put(
        self, key: str, messages: Sequence[Message], body: dict[str, Any], **facts: Any
    ) -> dict[str, Any]:
        """Store an answer with its request and return what was stored."""
        entry = {"format": FORMAT, **facts, "messages": list(messages), "body": body}
        write_atomically(self.path(key), json.dumps(entry, ensure_ascii=False, indent=1) + "\n")
        return entry
