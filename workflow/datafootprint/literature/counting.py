"""What a service that counts publications is, and which of its answers can be believed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter

from datafootprint.errors import DatafootprintError
from datafootprint.records import in_form

#: `ask(method, path, keep_as=None, **options)` sends a request to a service and returns the JSON of
#: its answer. `keep_as` is the request without its key, under which the answer is kept as it came;
#: the options are those of `requests`.
Ask = Callable[..., Any]


@dataclass(frozen=True)
class CountingService:
    """A web service that counts the publications per year that mention a keyword.

    `literature.<name>` is its section of the configuration. `key_from` says how to get a key.
    `count(ask, key, keyword, years)` returns rows of the table `Publications` for `years`
    (ascending; the last one is running, and may be missing).
    """

    name: str
    base_url: str
    key_variable: str
    key_required: bool
    key_from: str
    count: Callable[[Ask, str, str, Sequence[int]], list[dict[str, Any]]]


class _Group(BaseModel):
    year: int = Field(validation_alias=AliasChoices("id", "key"), ge=0)
    count: Annotated[int, Field(ge=0, strict=True)]


class _Answer(BaseModel):
    groups: list[_Group] = Field(validation_alias=AliasChoices("year", "group_by"))


_ANSWER = TypeAdapter(_Answer)


def read_counts(service: str, answer: Any, years: Sequence[int]) -> dict[int, int]:
    """Return year -> count for `years`, from an answer with a list of years."""
    groups = in_form(answer, _ANSWER, service).groups
    counts = {group.year: group.count for group in groups}
    if len(counts) < len(groups):
        raise DatafootprintError(f"{service}: a year occurs twice in the answer; run again later.")
    return {year: counts[year] for year in years if year in counts}
