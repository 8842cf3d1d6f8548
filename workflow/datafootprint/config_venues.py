"""The form of an entry of the venue table, in data/venues.yaml and in `papers.venues`."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from datafootprint.config_types import Count, Section, Year

#: JSON and --config write years as text.
YearKey = Annotated[Year, BeforeValidator(lambda key: int(key) if str(key).isdecimal() else key)]


class Place(Section):
    """Where the decision on a paper is kept, and which texts mean what."""

    at: Literal["submission", "reply", "note"]
    invitation: str | None = None
    field: str
    accepted: list[str]
    not_accepted: list[str]

    @model_validator(mode="after")
    def _is_found(self) -> Self:
        if self.at != "submission" and self.invitation is None:
            raise ValueError(f"has a decision at a {self.at}, which needs an `invitation`")
        return self


class Submissions(Section):
    """What to ask for: an invitation, or the venueid of accepted papers."""

    invitation: str | None = None
    venueid: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.invitation is None) == (self.venueid is None):
            raise ValueError("needs either `invitation` or `venueid`")
        return self


class VenueYear(Section):
    """Where OpenReview keeps the accepted papers of one venue and year."""

    api: Literal["v1", "v2"]
    submissions: Submissions
    decisions: Annotated[list[Place], Field(min_length=1)]
    undecided: Literal["not_accepted"] | None = None
    published: Count | None = None
