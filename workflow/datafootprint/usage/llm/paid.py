"""What was paid for: the answers, and what they cost.

An answer is kept for good, as it came, in `<cache_dir>/llm/answers/<aa>/<key>.json`, where the key
is the SHA-256 of what determines it: model, temperature, messages (the prompt and the passages),
the answer's schema and the effort of reasoning, not where the model is served and at what price.

`<cache_dir>/llm/spending.jsonl`, one budget for all jobs, gets one line before a request or a batch
is sent, with the most it can cost, and one when its answers are in, with what they did cost. If a
run is killed, its open requests count with the most: the sum is never less than what was spent.
"""

import hashlib
import json
import math
import uuid
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.usage.llm.exchange import Message, schema_digest
from datafootprint.usage.usage_params import is_local

FORMAT = 1
#: Of each answer, by the names of the fields of `Usage`.
NUMBERS = ("input_tokens", "output_tokens", "cost_usd", "seconds")
#: English text in the tokenisers of OpenAI (OpenAI help, "What are tokens").
CHARACTERS_PER_TOKEN = 4
#: US dollars for 10^6 tokens sent and received where none are configured: those of gpt-4.1-mini.
DEFAULT_PRICES = (0.4, 1.6)


def request_key(settings: LanguageModel, messages: Sequence[Message]) -> str:
    asked = [FORMAT, settings.model, settings.temperature, schema_digest(), list(messages)]
    if settings.reasoning_effort is not None:
        asked.append(settings.reasoning_effort)
    content = json.dumps(asked, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class AnswerCache:
    """The answers under a folder."""

    folder: Path

    def path(self, key: str) -> Path:
        return self.folder / "answers" / key[:2] / f"{key}.json"

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the stored answer; None if there is none that can be read."""
        try:
            entry: Any = json.loads(self.path(key).read_bytes())
            is_whole = all(type(entry[name]) in (int, float) for name in NUMBERS)
            return entry if is_whole and has_choices(entry["body"]) else None
        except (FileNotFoundError, ValueError, RecursionError, LookupError, TypeError):
            return None

    def put(self, key: str, messages: Sequence[Message], body: dict[str, Any], **facts: Any) -> Any:
        """Store an answer with its request and return what was stored."""
        entry = {"format": FORMAT, **facts, "messages": list(messages), "body": body}
        # Half a surrogate pair, which a model may send, fits into no file.
        content = json.dumps(entry, ensure_ascii=False, indent=1).encode("utf-8", "replace")
        write_atomically(self.path(key), content + b"\n")
        return json.loads(content)


def has_choices(body: Any) -> bool:
    choices = body.get("choices") if isinstance(body, dict) else None
    return isinstance(choices, list) and bool(choices) and isinstance(choices[0], dict)


def cost_usd(settings: LanguageModel, input_tokens: float, output_tokens: float) -> float:
    """Return what a request of so many tokens costs, in US dollars."""
    given = (settings.input_usd_per_million_tokens, settings.output_usd_per_million_tokens)
    default = (0.0, 0.0) if is_local(settings.base_url) else DEFAULT_PRICES
    price_in, price_out = (
        usual if price is None else price for price, usual in zip(given, default, strict=True)
    )
    usd = (input_tokens * price_in + output_tokens * price_out) / 1e6
    return usd * settings.batch_price_factor if settings.batch else usd


def most_cost_usd(settings: LanguageModel, sent: bytes) -> float:
    """Return the most a request can cost, in US dollars: no token is shorter than a byte."""
    return cost_usd(settings, len(sent), settings.max_output_tokens)


def answer_facts(body: dict[str, Any], settings: LanguageModel, sent: int) -> dict[str, Any]:
    """Return the tokens and the cost of an answer, as they are stored with it.

    Tokens that a server does not count are estimated from the `sent` bytes, or the most allowed.
    """
    asked = tokens_in(body, "prompt_tokens", math.ceil(sent / CHARACTERS_PER_TOKEN))
    received = tokens_in(body, "completion_tokens", settings.max_output_tokens)
    return {
        "model": settings.model,
        "max_output_tokens": settings.max_output_tokens,
        "input_tokens": asked,
        "output_tokens": received,
        "cost_usd": cost_usd(settings, asked, received),
        "seconds": 0.0,
    }


def tokens_in(body: dict[str, Any], name: str, otherwise: int) -> int:
    """Return a number of tokens that a completion reports, or `otherwise`."""
    usage = body.get("usage")
    tokens = usage.get(name) if isinstance(usage, dict) else None
    return tokens if isinstance(tokens, int) and 0 <= tokens < 1e9 else otherwise


class Ledger:
    """What was spent so far, in US dollars, open requests with the most they can cost."""

    def __init__(self, folder: Path, budget_usd: float) -> None:
        self.folder = folder
        self.path = folder / "spending.jsonl"
        self._budget = budget_usd
        self._lines: dict[str, dict[str, Any]] = {}
        self._read_to = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(folder / "spending.lock", mode=0o666)
        self._usd = 0.0

    @property
    def spent_usd(self) -> float:
        with self._shared():
            return self._usd

    def reserve(self, most_usd: float, **facts: Any) -> str:
        """Note the most that a request can cost, if the budget allows it; return its name."""
        name = uuid.uuid4().hex
        with self._shared():
            if self._usd + most_usd > self._budget:
                raise DatafootprintError(
                    f"usage.llm.budget_usd is {self._budget:g}; up to {self._usd:.4f} are spent "
                    f"({self.path}) and the next request can cost {most_usd:.4f}. All answers so "
                    "far are kept; raise the budget to go on."
                )
            self._write({"request": name, "most_usd": most_usd, **facts})
        return name

    def settle(self, name: str, cost_usd: float) -> None:
        """Note what a request did cost, also one that an earlier run left open."""
        with self._shared():
            self._write({"request": name, "cost_usd": cost_usd})

    def note_batch(self, name: str, batch: str) -> None:
        with self._shared():
            self._write({**self._lines[name], "batch": batch})

    def open_batches(self, asked: Set[str]) -> dict[str, dict[str, Any]]:
        """Return, by name, the batches with one of these keys that are not in the cache yet."""
        with self._shared():
            batches = {name: line for name, line in self._lines.items() if "keys" in line}
        return {name: line for name, line in batches.items() if not asked.isdisjoint(line["keys"])}

    @contextmanager
    def _shared(self) -> Iterator[None]:
        """Be the only job that reads and writes, and know what the others wrote."""
        with self._lock, self.path.open("a+b") as stream:
            stream.seek(self._read_to)
            content = stream.read()
            if content and not content.endswith(b"\n"):
                # A run was killed while it wrote; the next line must not join the stump.
                stream.write(b"\n")
                stream.flush()
            for text in content.splitlines():
                self._note(text)
            self._read_to = stream.tell()
            yield

    def _write(self, line: dict[str, Any]) -> None:
        with self.path.open("ab") as stream:
            stream.write(json.dumps(line).encode() + b"\n")

    def _note(self, text: bytes) -> None:
        try:
            line = json.loads(text)
        except ValueError:
            return  # a stump
        try:
            before = self._lines.get(line["request"], {})
            usd = line["most_usd"] if "most_usd" in line else line["cost_usd"]
            if not 0 <= usd < math.inf:
                raise ValueError
        except (KeyError, TypeError, ValueError):
            raise DatafootprintError(
                f"{self.path}: {text.decode(errors='replace')[:200]} is not a note of what was "
                "spent; correct this line, or delete it if its request cost nothing."
            ) from None
        self._usd += usd - before.get("most_usd", before.get("cost_usd", 0.0))
        self._lines[line["request"]] = line
