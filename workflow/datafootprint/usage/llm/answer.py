"""The shape of a model's answer, sent along as a strict JSON schema."""

import hashlib
import json
from functools import cache
from typing import Any

from openai.lib._parsing import type_to_response_format_param
from openai.lib._pydantic import to_strict_json_schema
from pydantic import BaseModel, ConfigDict, field_validator

from datafootprint.usage.labels import Label

LARGEST_ANSWER_BYTES = 10_000_000
"""Far more than any completion holds."""


def _without_words(schema: dict[str, Any]) -> None:
    """Drop what the prompt says already and every request would pay for again."""
    for part in (schema, *schema.get("properties", {}).values()):
        part.pop("description", None)
        part.pop("title", None)


class Use(BaseModel):
    """One way in which the paper uses the dataset, its variant's name, and what shows it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_without_words)

    label: Label
    variant: str
    quotes: list[str]


class UsageAnswer(BaseModel):
    """What a model answers about one paper. No field has a default, as strict mode demands."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_without_words)

    reason: str
    uses: list[Use]
    confidence: float

    # Validators leave the JSON schema alone: strict mode knows few of its keywords.

    @field_validator("uses")
    @classmethod
    def _at_least_one(cls, uses: list[Use]) -> list[Use]:
        if not uses:
            raise ValueError("give at least one use")
        return uses

    @field_validator("confidence")
    @classmethod
    def _a_probability(cls, confidence: float) -> float:
        if not 0 <= confidence <= 1:
            raise ValueError("must lie between 0 and 1")
        return confidence


def answer_schema() -> dict[str, Any]:
    """Return the strict JSON schema of an answer, as the client sends it."""
    return to_strict_json_schema(UsageAnswer)


@cache
def schema_digest() -> str:
    """Return the SHA-256 of the answer's JSON schema."""
    return hashlib.sha256(json.dumps(answer_schema(), sort_keys=True).encode()).hexdigest()


@cache
def response_format() -> Any:
    """Return what a request says of the shape of its answer."""
    return type_to_response_format_param(UsageAnswer)
