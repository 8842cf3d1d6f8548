"""What configuration keys are made of: sections, numbers with bounds, texts, paths, patterns."""

import os
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WrapValidator
from pydantic import ValidatorFunctionWrapHandler as Handler

#: No number of a configuration is larger.
LARGEST = 10**9


class Section(BaseModel):
    """A section of the configuration: unknown keys are refused, and no value is converted."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, defer_build=True
    )


def key(default: Any, description: str, **bounds: Any) -> Any:
    """Return the field of a key of the configuration."""
    return Field(default, description=description, **bounds)


def own(description: str, **bounds: Any) -> Any:
    """Return the field of a key that is about the dataset: null takes the value of its card."""
    return Field(None, description=description, json_schema_extra={"card": True}, **bounds)


def section() -> Any:
    """Return the field of a section whose keys all have defaults."""
    return Field({}, validate_default=True)


def written(pattern: str, allowed: str) -> Any:
    """Return the field of a text of a form, which `allowed` says in words (to editors as well)."""
    return Field(pattern=pattern, json_schema_extra={"patternErrorMessage": allowed})


def retired(is_old: Callable[[Any], bool], sentence: str) -> BeforeValidator:
    """Refuse the form that a key had before, with a sentence that says how to write it now."""

    def check(value: Any) -> Any:
        if is_old(value):
            raise ValueError(sentence)
        return value

    return BeforeValidator(check)


def _as_written(value: Any, check: Handler) -> Any:
    """Check a number and keep it as it is written: 300 does not become 300.0."""
    check(value)
    return value


def _distinct(values: list[Any]) -> list[Any]:
    if any(values.count(value) > 1 for value in values):
        raise ValueError("names a value twice")
    return values


def _regular_expression(pattern: str) -> str:
    try:
        if re.search(pattern, "", re.IGNORECASE):
            raise ValueError(f"is {pattern!r}, which also finds an empty text")
    except re.error as error:
        raise ValueError(f"is {pattern!r}, which is no regular expression: {error}") from None
    return pattern


_KEPT = WrapValidator(_as_written)
Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST), _KEPT]
NonNegative = Annotated[float, Field(ge=0, le=LARGEST), _KEPT]
Positive = Annotated[float, Field(gt=0, le=LARGEST), _KEPT]
Share = Annotated[float, Field(ge=0, le=1), _KEPT]
#: Above 0.
Part = Annotated[float, Field(gt=0, le=1), _KEPT]
#: Above 0 and below 1.
Fraction = Annotated[float, Field(gt=0, lt=1), _KEPT]
Factor = Annotated[float, Field(ge=1, le=LARGEST), _KEPT]
Pue = Annotated[float, Field(ge=1, le=10), _KEPT]
# What is larger has another unit: kg for tonnes, bytes for gigabytes, Wh for kWh.
TonnesPerPerson = Annotated[float, Field(gt=0, le=200), _KEPT]
Gigabytes = Annotated[float, Field(gt=0, le=10**6), _KEPT]
KwhPerTerabyte = Annotated[float, Field(ge=0, le=10**4), _KEPT]
Count = Annotated[int, Field(ge=1, le=LARGEST)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Year = Annotated[int, Field(ge=1900, le=2100)]
Text = Annotated[str, Field(min_length=1)]
#: `~` is the home folder.
PathText = Annotated[str, Field(min_length=1), AfterValidator(os.path.expanduser)]
Csv = Annotated[PathText, written(r"\.csv$", "the path of a CSV file (.csv)")]
RegularExpression = Annotated[str, Field(min_length=1), AfterValidator(_regular_expression)]
#: Of a list: each value once.
DISTINCT = AfterValidator(_distinct)


class NamedPattern(Section):
    """A variant of a dataset, and how it is found."""

    name: Annotated[str, written("^[^;]+$", "a name without `;`")]
    pattern: RegularExpression


def _told_apart(variants: list[NamedPattern]) -> list[NamedPattern]:
    names = _distinct([variant.name for variant in variants])
    if "unspecified" in names or "other" in names:
        raise ValueError("names a variant `unspecified` or `other`, which is what no pattern finds")
    return variants


Variants = Annotated[list[NamedPattern], AfterValidator(_told_apart)]
