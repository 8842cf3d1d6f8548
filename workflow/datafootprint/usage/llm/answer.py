"""The shape of a model's answer, sent along as a strict JSON schema."""

import hashlib
import json
from functools import cache
from typing import Any

from openai.lib._pydantic import to_strict_json_schema
from pydantic import BaseModel, ConfigDict, Field, field_validator

from datafootprint.usage.labels import Label


class Use(BaseModel):
    """One way in which the paper uses the dataset."""

    model_config = ConfigDict(extra="forbid")

    label: Label = Field(description="What the paper's authors did with the dataset.")
    variant: str = Field(
        description="Name of the variant or subset as the passages give it, or 'unspecified'."
    )
    quotes: list[str] = Field(
        description="Whole sentences copied letter by letter from the passages that show this use."
    )


class UsageAnswer(BaseModel):
    """What a model answers about one paper. No field has a default, as strict mode demands."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(description="One line: why these labels.")
    uses: list[Use] = Field(description="Every use that the passages show; the strongest counts.")
    confidence: float = Field(
        description="Probability from 0 to 1 that the strongest use is right."
    )

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
