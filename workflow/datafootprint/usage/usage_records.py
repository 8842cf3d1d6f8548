"""The records of this stage: `results/usage/*.jsonl`."""

from pydantic import BaseModel, Field

from datafootprint.papers.paper_records import Title, Year
from datafootprint.records import Record
from datafootprint.usage.labels import Classifier, Label


class Quote(BaseModel):
    """A sentence that is to show a use of the dataset."""

    model_config = Record.model_config

    label: Label = Field(description="The use that the quote is to show")
    text: str = Field(description="The paper's own words if verified, else the claimed ones")
    page: int | None = Field(ge=1, description="Page counted from 1; null if not found")
    start: int | None = Field(ge=0, description="Offset in the stored text; null if not found")
    verified: bool = Field(description="Whether it is in what the classifier saw of the paper")


class Usage(Record):
    """How a mentioning paper used the dataset."""

    paper_id: str = Field(min_length=1, description="Identifier of the paper at its source")
    year: int = Year
    title: str = Title
    label: Label = Field(description="Strongest use of the dataset")
    variant: str = Field(
        min_length=1, description="Variants in that use, separated by semicolons, or unspecified"
    )
    needs_review: bool = Field(
        description="Whether nothing in the paper supports the label, which then never counts"
    )
    review_reasons: list[str] = Field(description="Why the paper needs a person")
    quotes: list[Quote] = Field(description="Sentences that are to show a use")
    classifier: Classifier = Field(description="Who labelled")
    model: str | None = Field(default=None, description="Language model; null if none was asked")
    prompt_sha256: str | None = Field(default=None, description="SHA-256 of the model's prompt")
    confidence: float | None = Field(
        ge=0, le=1, description="The classifier's own certainty (no probability), if it says so"
    )
    reason: str = Field(description="The classifier's reason, for cue rules the cues")
    input_tokens: int = Field(default=0, ge=0, description="Tokens sent about this paper")
    output_tokens: int = Field(default=0, ge=0, description="Tokens received about this paper")
    cost_usd: float = Field(default=0.0, ge=0, description="Cost of the answers in US dollars")
    seconds: float = Field(default=0.0, ge=0, description="Time the answers took in seconds")
    server_seconds: float = Field(
        default=0.0, ge=0, description="The same, shared by the requests that were open together"
    )
