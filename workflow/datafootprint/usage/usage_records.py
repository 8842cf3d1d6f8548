"""The records of this stage: `results/usage/*.jsonl`."""

from pydantic import BaseModel, Field

from datafootprint.papers.paper_records import Title, Year
from datafootprint.records import Record
from datafootprint.usage.labels import Classifier, Label


class Quote(BaseModel):
    """A sentence that is to show a use of the dataset."""

    model_config = Record.model_config

    label: Label = Field(description="The use that the quote is to show")
    text: str = Field(
        description="The paper's own words if verified, else the words that were not found"
    )
    page: int | None = Field(ge=1, description="Page counted from 1; null if not found")
    start: int | None = Field(
        ge=0, description="Offset in the stored text in characters; null if not found"
    )
    verified: bool = Field(
        description="Whether the quote was found in what the classifier saw of the paper"
    )


class Usage(Record):
    """How a mentioning paper used the dataset."""

    paper_id: str = Field(min_length=1, description="Identifier of the paper at its source")
    year: int = Year
    title: str = Title
    label: Label = Field(description="Strongest use of the dataset")
    variant: str = Field(
        min_length=1,
        description="Variants of the dataset in that use, separated by semicolons; unspecified if "
        "none is named",
    )
    needs_review: bool = Field(
        description="Whether nothing in the paper supports the label; such a paper never counts as "
        "trained"
    )
    review_reasons: list[str] = Field(description="Why the paper needs a person")
    quotes: list[Quote] = Field(description="Sentences that are to show a use")
    classifier: Classifier = Field(
        description="Who labelled: cue rules, a language model, or the rule for papers that name "
        "the dataset in their references only"
    )
    model: str | None = Field(
        default=None, description="Language model that was asked; null if none"
    )
    prompt_sha256: str | None = Field(
        default=None, description="SHA-256 of the prompt; null if no model was asked"
    )
    confidence: float | None = Field(
        ge=0,
        le=1,
        description="What the classifier says about its certainty (no probability); null if "
        "nothing",
    )
    reason: str = Field(description="The classifier's reason, for cue rules the cues")
    input_tokens: int = Field(default=0, ge=0, description="Tokens sent about this paper")
    output_tokens: int = Field(default=0, ge=0, description="Tokens received about this paper")
    cost_usd: float = Field(
        default=0.0, ge=0, description="Cost of the answers about this paper in US dollars"
    )
    seconds: float = Field(default=0.0, ge=0, description="Time the answers took in seconds")
