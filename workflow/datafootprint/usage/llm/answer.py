"""The shape of a model's answer, sent along as a strict JSON schema."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

from datafootprint.usage.labels import Label

SCHEMA = Path(__file__).parents[1] / "prompts" / "answer.schema.json"

#: Far more than any completion holds.
LARGEST_ANSWER_BYTES = 10_000_000


class Use(BaseModel):
    """One way in which the paper uses the dataset, its variant's name, and what shows it."""

    model_config = ConfigDict(extra="forbid")

    label: Label
    variant: str
    quotes: list[str]


class UsageAnswer(BaseModel):
    """What a model answers about one paper. No field has a default, as strict mode demands."""

    model_config = ConfigDict(extra="forbid")

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


@cache
def answer_schema() -> Any:
    """Return the strict JSON schema of an answer.

    It stands in a file and is not made from the classes above: what it is digested to is part of
    every kept answer's key, and may not change with a release of a library.
    """
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


@cache
def schema_digest() -> str:
    """Return the SHA-256 of the answer's JSON schema."""
    return hashlib.sha256(json.dumps(answer_schema(), sort_keys=True).encode()).hexdigest()


def response_format() -> dict[str, Any]:
    """Return what a request says of the shape of its answer."""
    schema = {"schema": answer_schema(), "name": UsageAnswer.__name__, "strict": True}
    return {"type": "json_schema", "json_schema": schema}
