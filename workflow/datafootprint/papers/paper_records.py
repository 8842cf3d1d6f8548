"""The records of this stage: `results/papers/*.jsonl` and `results/mentions/*.jsonl`."""

from typing import Literal

from pydantic import BaseModel, Field

from datafootprint.records import Record

Year = Field(ge=1900, le=2100, description="Year of the venue")
Title = Field(description="Title; empty if not known")


class Paper(Record):
    """An accepted main-conference paper of one venue and year."""

    paper_id: str = Field(min_length=1, description="Identifier of the paper at its source")
    title: str = Title
    year: int = Year
    decision: str = Field(default="", description="Decision as the source words it")
    pdf_url: str | None = Field(default=None, description="Address or path of the PDF")
    number: int | None = Field(default=None, ge=0, description="Submission number at the venue")
    source: Literal["openreview", "folder"] = Field(description="Where the paper was listed")


class Passage(BaseModel):
    """The sentences around a mention, or around several that are close together."""

    model_config = Record.model_config

    page: int = Field(ge=1, description="Page on which the passage begins")
    start: int = Field(ge=0, description="Offset in the stored text in characters")
    text: str = Field(description="The passage in normalised form")
    pattern: str = Field(description="The first expression of dataset.patterns found in it")
    in_references: bool = Field(description="Whether it is in the list of references")


class Mentions(Record):
    """A listed paper with the passages that mention the dataset."""

    paper_id: str = Field(min_length=1, description="Identifier of the paper at its source")
    year: int = Year
    title: str = Title
    pdf_sha256: str | None = Field(
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 of the PDF and name of its text in the cache; null without a PDF",
    )
    status: Literal["read", "no_text", "failed", "no_pdf"] = Field(
        description="Whether the text could be searched; only read means that it was"
    )
    detail: str = Field(default="", description="Why the status is not read; empty if it is")
    mentions: int | None = Field(
        default=None,
        ge=0,
        description="Mentions in body and references; null if the text was not searched",
    )
    in_references_only: bool = Field(
        default=False,
        description="Whether the dataset is mentioned in the list of references only",
    )
    passages: list[Passage] = Field(default=[], description="Passages in the order of the text")
