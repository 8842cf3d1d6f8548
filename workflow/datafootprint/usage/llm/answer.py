"""The shape of a model's answer: the schema that is sent along, and the check of the answer."""

import hashlib
import json
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from datafootprint.usage.labels import Label


def _bare(schema: dict[str, Any]) -> None:
    """Drop the titles and descriptions that pydantic adds, and bounds: strict mode knows few."""
    for part in (schema, *schema["properties"].values()):
        for name in ("title", "description", "minItems", "minimum", "maximum"):
            part.pop(name, None)


class Use(BaseModel):
    """One way in which the paper uses the dataset, its variant's name, and what shows it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_bare)

    label: Annotated[Label, WithJsonSchema({"enum": list(map(str, Label)), "type": "string"})]
    variant: str
    quotes: list[str]


class UsageAnswer(BaseModel):
    """What a model answers about one paper. No field has a default, as strict mode demands."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_bare)

    reason: str
    uses: list[Use] = Field(min_length=1)
    confidence: float = Field(ge=0, le=1)


@cache
def answer_schema() -> Any:
    """Return the strict JSON schema of an answer; another asks, and pays for, every paper again."""
    return UsageAnswer.model_json_schema()


@cache
def schema_digest() -> str:
    """Return the SHA-256 of the answer's JSON schema."""
    return hashlib.sha256(json.dumps(answer_schema(), sort_keys=True).encode()).hexdigest()


def response_format() -> dict[str, Any]:
    """Return what a request says of the shape of its answer."""
    schema = {"schema": answer_schema(), "name": UsageAnswer.__name__, "strict": True}
    return {"type": "json_schema", "json_schema": schema}


def read_answer(choice: dict[str, Any]) -> tuple[UsageAnswer | None, str]:
    """Return the answer of a choice of a chat completion, or why it cannot be used."""
    message = message_of(choice)
    if message.get("refusal"):
        return None, f"the model refused: {_line(message['refusal'])}"
    if choice.get("finish_reason") == "length":
        return None, "the answer was cut off at usage.llm.max_output_tokens."
    if choice.get("finish_reason") == "content_filter":
        return None, "the server's content filter held the answer back."
    try:
        return UsageAnswer.model_validate_json(str(message.get("content") or "")), ""
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'the answer'}: {_line(fault['msg'])}"
            for fault in error.errors(include_url=False)[:3]
        ]
        return None, f"{'; '.join(faults)}."


def message_of(choice: dict[str, Any]) -> dict[str, Any]:
    """Return the message of a choice, empty if it has none."""
    message = choice.get("message")
    return message if isinstance(message, dict) else {}


def _line(text: object) -> str:
    return " ".join(str(text).split())[:200]
