"""What is sent about a paper, and reading what comes back."""

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from datafootprint.config_model import LanguageModel
from datafootprint.papers.paper_records import Passage
from datafootprint.usage.labels import Label
from datafootprint.usage.usage_params import is_local

PROMPT = Path(__file__).parents[1] / "prompts" / "classify_usage.txt"

Message = dict[str, str]
#: What ends an answer before its end, whatever its form.
_ENDS = {
    "length": "the answer was cut off at usage.llm.max_output_tokens.",
    "content_filter": "the server's content filter held the answer back.",
}
_DECODER = json.JSONDecoder(strict=False)


def _strict(schema: dict[str, Any]) -> None:
    """Make a schema what strict mode knows: no other fields, titles, descriptions or bounds."""
    schema["additionalProperties"] = False
    for part in (schema, *schema["properties"].values()):
        for name in ("title", "description", "minItems", "minimum", "maximum"):
            part.pop(name, None)


def _as_label(said: object) -> object:
    return re.sub(r"[\s-]+", "_", said.strip().lower()) if isinstance(said, str) else said


def _as_share(said: object) -> object:
    """Read 90 as 0.9; what is between 1 and 10 may be of ten or of a hundred, and stays."""
    return said / 100 if isinstance(said, int | float) and 10 < said <= 100 else said


class Use(BaseModel):
    """One way in which the paper uses the dataset, its variant's name, and what shows it."""

    model_config = ConfigDict(json_schema_extra=_strict)

    label: Annotated[
        Label,
        BeforeValidator(_as_label),
        WithJsonSchema({"enum": list(map(str, Label)), "type": "string"}),
    ]
    variant: str
    quotes: list[str]


class UsageAnswer(BaseModel):
    """What a model answers about one paper. No field has a default, as strict mode demands."""

    model_config = ConfigDict(json_schema_extra=_strict)

    reason: str
    uses: list[Use] = Field(min_length=1)
    confidence: Annotated[float, BeforeValidator(_as_share)] = Field(ge=0, le=1)


@cache
def answer_schema() -> Any:
    """Return the strict JSON schema of an answer; another asks, and pays for, every paper again."""
    return UsageAnswer.model_json_schema()


@cache
def schema_digest() -> str:
    return hashlib.sha256(json.dumps(answer_schema(), sort_keys=True).encode()).hexdigest()


@cache
def _prompt() -> str:
    labels = "\n".join(f"- {label}: {label.meaning}" for label in Label)
    return PROMPT.read_text(encoding="utf-8").replace("{labels}", labels)


def prompt_digest() -> str:
    """Return the SHA-256 of the prompt, which every record carries."""
    return hashlib.sha256(_prompt().encode()).hexdigest()


def build_messages(
    passages: Sequence[Passage], dataset: str, variants: Sequence[str]
) -> list[Message]:
    """Build the messages that ask how one paper used the dataset.

    The passages are between lines that carry a digest of them, which no paper can know and fake.
    """
    body = "\n\n".join(f"[page {passage.page}] {passage.text}" for passage in passages)
    # What cannot be sent, and what chat templates give a meaning to.
    body = re.sub("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "", body).replace("<|", "< |")
    fence = hashlib.sha256(body.encode()).hexdigest()[:16]
    names = ", ".join(variants) or "its subsets"
    task = _prompt().partition("\n")[2].strip()
    task = task.format(dataset=dataset, variants=names, fence=fence)
    data = f"BEGIN PASSAGES {fence}\n{body}\nEND PASSAGES {fence}"
    return [{"role": "system", "content": task}, {"role": "user", "content": data}]


def request_body(
    messages: Sequence[Message], settings: LanguageModel, response_format: str
) -> dict[str, Any]:
    """Build the body of a request; without a format the schema is in the first message."""
    body: dict[str, Any] = {"model": settings.model, "messages": list(messages)}
    if response_format == "json_schema":
        schema = {"schema": answer_schema(), "name": UsageAnswer.__name__, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    else:
        task = f"{messages[0]['content']}\n\nThe schema: {json.dumps(answer_schema())}"
        body["messages"] = [{**messages[0], "content": task}, *messages[1:]]
        if response_format == "json_object":
            body["response_format"] = {"type": "json_object"}
    # OpenAI's newer models refuse the older name, Mistral the newer one; Ollama and most versions
    # of llama.cpp's server read the older one only, and ignore the other.
    host = urlsplit(settings.base_url or "https://api.openai.com").hostname or ""
    is_openai = host.endswith((".openai.com", ".azure.com"))
    limits = "max_completion_tokens" if is_openai else "max_tokens"
    limits = settings.max_tokens_key or ("both" if is_local(settings.base_url) else limits)
    for name in ("max_tokens", "max_completion_tokens"):
        if limits in (name, "both"):
            body[name] = settings.max_output_tokens
    for name in ("temperature", "reasoning_effort"):
        if (value := getattr(settings, name)) is not None:
            body[name] = value
    return body


def read_answer(choice: dict[str, Any]) -> tuple[UsageAnswer | None, str, bool]:
    """Return the answer in a choice, or why it cannot be used, and if asking again is no help.

    The last JSON object that has the shape is the answer, wherever a server puts it: after or in
    thoughts, in a fence, with text behind it, in parts, or as the call of a tool.
    """
    message = _dict(choice.get("message"))
    calls = message.get("tool_calls") or []
    called = [_dict(_dict(call).get("function")).get("arguments") for call in calls]
    thoughts = [message.get(name) for name in ("reasoning_content", "reasoning")]
    fault = "the answer holds no whole JSON object."
    for text in (content_of(choice), *called, *thoughts):
        for found in _objects(str(text)):
            try:
                return UsageAnswer.model_validate(found), "", True
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                fault = f"{'.'.join(map(str, first['loc']))}: {_line(first['msg'])}."
    end = _ENDS.get(str(choice.get("finish_reason")), "")
    if refusal := message.get("refusal"):
        end = f"the model refused: {_line(refusal)}"
    return None, end or fault, bool(end)


def content_of(choice: dict[str, Any]) -> str:
    """Return the text of a choice, which may come in parts."""
    content = _dict(choice.get("message")).get("content")
    if isinstance(content, list):
        return "".join(str(_dict(part).get("text") or "") for part in content)
    return content if isinstance(content, str) else ""


def _objects(text: str) -> list[Any]:
    """Return the JSON objects in a text, the last first."""
    found, end = [], 0
    for brace in re.finditer("{", text):
        if brace.start() >= end:
            with suppress(ValueError, RecursionError):
                value, end = _DECODER.raw_decode(text, brace.start())
                found.append(value)
    return found[::-1]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _line(text: object) -> str:
    return " ".join(str(text).split())[:200]
