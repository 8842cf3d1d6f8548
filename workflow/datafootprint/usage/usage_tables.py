"""The tables of the usage stage."""

from functools import partial
from typing import Any

import pandas as pd
import pandera.pandas as pa

from datafootprint.tables import Table
from datafootprint.usage.labels import Classifier, Correction, Label

#: No venue has more papers in a year.
MOST_PAPERS = 1_000_000
#: What a labelled paper is: one that counts as trained, one left to a person, or its label.
COUNTED, REVIEW = "counted_as_trained", "needs_review"
#: All labels together, in an audit.
OTHERS = "others"
STRATA = [COUNTED, *Label, REVIEW]


def _column(**bounds: Any) -> Any:
    return lambda description, nullable=False: pa.Field(
        **bounds, nullable=nullable, description=description
    )


_papers = _column(ge=0, le=MOST_PAPERS)
_maybe = partial(_papers, nullable=True)
_share = _column(ge=0, le=1)
_year = _column(ge=1900, le=2100)
_amount = _column(ge=0)
_text = _column()


def _one_of(values: Any, description: str, nullable: bool = False) -> Any:
    return pa.Field(isin=list(values), nullable=nullable, description=description)


class UsageCounts(Table, key=["year"]):
    """Accepted papers of the venue per year; cells of years that were not observed are empty.

    Columns from `trained_raw` on are of years whose papers were read.
    """

    year: int = _year("Calendar year")
    accepted: int = _papers("Accepted papers")
    mentioning: pd.Int64Dtype = _papers("Papers that mention the dataset", nullable=True)
    trained: float = _papers(
        "Papers that trained on the dataset from random weights, corrected as correction says",
        nullable=True,
    )
    source: str | None = _text("Where the counts come from", nullable=True)
    trained_raw: pd.Int64Dtype | None = _maybe("Papers labelled so, with a verified quote")
    trained_corrected: float | None = _maybe("Papers, corrected for errors of the labels")
    trained_low: float | None = _maybe("Lower bound of trained_corrected (95%)")
    trained_high: float | None = _maybe("Upper bound of trained_corrected (95%)")
    trained_subsets: pd.Int64Dtype | None = _maybe("Papers that trained on parts or copies only")
    trained_any_variant: pd.Int64Dtype | None = _maybe("trained_raw and trained_subsets together")
    mentioning_in_body: pd.Int64Dtype | None = _maybe("Mentioning papers, not in references only")
    needs_review: pd.Int64Dtype | None = _maybe("Papers left to a person; they do not count")
    unread: pd.Int64Dtype | None = _maybe("Papers whose text could not be read")
    correction: str | None = _one_of(Correction, "How trained was corrected", nullable=True)


class PapersRead(Table, key=["year", "paper_id"]):
    """Papers of the venue that mention the dataset, read one by one: facts, no sentences."""

    paper_id: str = _text("Identifier of the paper at the venue")
    year: int = _year("Year of the venue")
    label: str = _one_of(Label, "What the authors did with the dataset")
    variant: str = _text("Variant on which the decisive use was done", nullable=True)
    trained_on_1k: bool = _text("Whether the authors trained on the whole dataset from scratch")
    models: str = _text("Band of the number of such trainings in the paper", nullable=True)
    epochs: str = _text("Epochs of these trainings, as stated", nullable=True)
    hardware: str = _text("Hardware of these trainings, as stated", nullable=True)
    confidence: str = _text("How sure the readers were")
    read: str = _text("Where the paper names the dataset: its body, or its references only")


class ClassificationCheck(Table, key=["year", "quantity"]):
    """Counts that were published beside those of papers that were read one by one."""

    year: int = _year("Year of the venue")
    quantity: str = _text("What is counted")
    published: pd.Int64Dtype = _papers("Papers as published; empty if not published", nullable=True)
    read: int = _papers("Papers as read")
    low: float = _amount("Lower bound of read (95%, Wilson)")
    high: float = _amount("Upper bound of read (95%, Wilson)")
    of: int = _papers("Papers that read is a part of")


class Validation(Table, key=["measure"]):
    """How well the labels do on papers that were read one by one."""

    measure: str = _text("What is measured")
    value: float = pa.Field(ge=-1, le=1, description="The measure")
    low: float = pa.Field(ge=-1, le=1, nullable=True, description="Lower bound (95%)")
    high: float = pa.Field(ge=-1, le=1, nullable=True, description="Upper bound (95%)")
    papers: int = _papers("Papers that it is taken from")


class Labels(Table, key=["year", "paper_id"]):
    """How each paper that mentions the dataset used it, for people to read."""

    paper_id: str = _text("Identifier of the paper at its source")
    year: int = _year("Year of the venue")
    title: str = _text("Title; may be empty")
    label: str = _one_of(Label, "Strongest use of the dataset")
    variant: str = _text("Variants in that use")
    counted: bool = _text("Whether it counts as trained on the dataset")
    confidence: float = _share("The classifier's certainty; empty if it says none", nullable=True)
    needs_review: bool = _text("Whether it is left to a person, and does not count")
    reason: str = _text("The classifier's reason")
    quote: str = _text("A sentence of the paper that shows the use", nullable=True)
    page: pd.Int64Dtype = _amount("Page of the quote, from 1", nullable=True)
    classifier: str = _one_of(Classifier, "Who labelled")
    link: str = _text("Address of the paper's page; empty for a folder", nullable=True)
    pdf: str = _text("Address or path of the PDF", nullable=True)


class Classification(Table, key=["classifier", "model"]):
    """What labelling the papers took; energy and emissions are empty if not known."""

    classifier: str = _one_of(Classifier, "Who labelled")
    model: str = _text("Language model; none for rules")
    papers: int = pa.Field(ge=1, description="Papers labelled")
    needs_review: int = _papers("Papers left to a person")
    not_judged: int = _papers(
        "Papers about which a model gave no usable answer; they are among these"
    )
    input_tokens: int = _amount("Tokens sent")
    output_tokens: int = _amount("Tokens received")
    cost_usd: float = _amount("Cost in US dollars")
    energy_kwh_low: float = _amount("Lower bound of the energy in kWh", nullable=True)
    energy_kwh_high: float = _amount("Upper bound of the energy in kWh", nullable=True)
    emissions_kg_low: float = _amount("Lower bound of the emissions in kg CO2e", nullable=True)
    emissions_kg_high: float = _amount("Upper bound of the emissions in kg CO2e", nullable=True)
    impact_source: str = _text("Where energy and emissions come from", nullable=True)


class UsagePlan(Table, key=["year"]):
    """What classifying with a language model would take per year; tokens and cost are estimates."""

    year: int = _year("Year of the venue")
    model: str = _text("Language model")
    papers: int = _papers("Papers that mention the dataset")
    references_only: int = _papers("Papers that do in their references only; nothing is asked")
    answered: int = _papers("Papers whose answer is in the cache")
    requests: int = _papers("Requests to send, without those repeated after a faulty answer")
    input_tokens: int = _amount("Tokens to send, at 4 characters per token")
    output_tokens: int = _amount("Tokens to receive")
    cost_usd: float = _amount("Cost in US dollars")


class AuditSample(Table, key=["position"]):
    """Papers drawn for reading by a person, with room for what the person finds."""

    position: int = pa.Field(ge=1, description="Place in the sample")
    paper_id: str = pa.Field(str_length={"min_value": 1}, description="Identifier of the paper")
    year: int = _year("Year of the venue")
    title: str = _text("Title; empty if not known")
    stratum: str = _one_of(STRATA, "What the paper was labelled when the sample was drawn")
    label: str = _one_of(Label, "The classifier's label")
    variant: str = _text("Variants the classifier names")
    human_label: str = _one_of(Label, "The person's label; empty if not read", nullable=True)
    human_variant: str = _text("What a training was on; empty for other labels", nullable=True)
    comment: str = _text("The person's remark", nullable=True)


class AuditConfusion(Table, key=["label", "human_label"]):
    """Audited papers by the classifier's label and the person's."""

    label: str = _one_of(Label, "The classifier's label")
    human_label: str = _one_of(Label, "The person's label")
    papers: int = _papers("Audited papers")


class AuditAgreement(Table, key=["measure", "of"]):
    """How far the classifier and the person agree."""

    measure: str = _one_of(["accuracy", "kappa"], "Share of equal labels, or Cohen's kappa")
    of: str = _one_of(
        ["sample", "all papers"],
        "The audited papers as they are, or weighted to represent all labelled papers",
    )
    value: float = pa.Field(ge=-1, le=1, description="The measure")
    low: float = pa.Field(ge=-1, le=1, description="Lower bound (95%)")
    high: float = pa.Field(ge=-1, le=1, description="Upper bound (95%)")
    papers: int = pa.Field(ge=1, description="Audited papers")


class AuditShares(Table, key=["year"]):
    """Papers that trained, as labelled and as corrected by the audit."""

    year: pd.Int64Dtype = _year("Year of the venue; empty for all years together", nullable=True)
    mentioning: int = pa.Field(ge=1, description="Papers that mention the dataset")
    audited: int = _papers("Papers that a person labelled")
    trained_raw: int = _papers("Papers that the classifier counts as trained")
    trained_corrected: float = _papers("Papers that trained (post-stratified)")
    trained_low: float = _papers("Lower bound of trained_corrected (95%)")
    trained_high: float = _papers("Upper bound of trained_corrected (95%)")
    share_raw: float = _share("trained_raw / mentioning")
    share_corrected: float = _share("trained_corrected / mentioning")
