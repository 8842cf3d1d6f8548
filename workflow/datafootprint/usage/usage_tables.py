"""The tables of the usage stage."""

from functools import partial

import pandas as pd

from datafootprint import columns
from datafootprint.columns import amount, column, share, year
from datafootprint.tables import Table
from datafootprint.usage.labels import Classifier, Correction, Label

#: No venue has more papers in a year.
MOST_PAPERS = 1_000_000
#: What a labelled paper is: one that counts as trained, one left to a person, or its label.
COUNTED, REVIEW = "counted_as_trained", "needs_review"
#: All labels together, in an audit.
OTHERS = "others"
STRATA = [COUNTED, *Label, REVIEW]
#: Bands of the number of models that a paper trained on the dataset, as readers counted them.
BANDS = ("1", "2-5", "6-20", ">20")
count = partial(columns.count, most=MOST_PAPERS)


class UsageCounts(Table, key=["year"]):
    """Accepted papers of the venue per year; cells of years that were not observed are empty.

    Columns from `trained_raw` on are of years whose papers were read.
    """

    year: int = year()
    accepted: int = count("Accepted papers")
    mentioning: pd.Int64Dtype = count("Papers that mention the dataset")
    trained: float = count(
        "Papers that trained on the dataset from random weights, corrected as correction says",
        nullable=True,
    )
    source: str | None = column("Where the counts come from")
    trained_raw: pd.Int64Dtype | None = count("Papers labelled so, with a verified quote")
    trained_corrected: float | None = count("Papers, corrected for errors of the labels")
    trained_low: float | None = count("Lower bound of trained_corrected (95%)")
    trained_high: float | None = count("Upper bound of trained_corrected (95%)")
    trained_subsets: pd.Int64Dtype | None = count("Papers that trained on parts or copies only")
    trained_any_variant: pd.Int64Dtype | None = count("trained_raw and trained_subsets together")
    mentioning_in_body: pd.Int64Dtype | None = count("Mentioning papers, not in references only")
    needs_review: pd.Int64Dtype | None = count("Papers left to a person; they do not count")
    unread: pd.Int64Dtype | None = count("Papers whose text could not be read")
    correction: str | None = column("How trained was corrected", isin=list(Correction))


class PapersRead(Table, key=["year", "paper_id"]):
    """Papers of the venue that mention the dataset, read one by one: facts, no sentences."""

    paper_id: str = column("Identifier of the paper at the venue")
    year: int = year("Year of the venue")
    label: str = column("What the authors did with the dataset", isin=list(Label))
    variant: str = column("Variant on which the decisive use was done", nullable=True)
    trained_on_1k: bool = column("Whether the authors trained on the whole dataset from scratch")
    models: str = column(
        "Band of the number of such trainings in the paper", isin=list(BANDS), nullable=True
    )
    epochs: str = column("Epochs of these trainings, as stated", nullable=True)
    hardware: str = column("Hardware of these trainings, as stated", nullable=True)
    confidence: str = column("How sure the readers were")
    read: str = column("Where the paper names the dataset: its body, or its references only")


class ClassificationCheck(Table, key=["year", "quantity"]):
    """Counts that were published beside those of papers that were read one by one."""

    year: int = year("Year of the venue")
    quantity: str = column("What is counted")
    published: pd.Int64Dtype = count("Papers as published; empty if not published")
    read: int = count("Papers as read")
    low: float = amount("Lower bound of read (95%, Wilson)")
    high: float = amount("Upper bound of read (95%, Wilson)")
    of: int = count("Papers that read is a part of")


class AuditAgreement(Table, key=["measure"]):
    """How far the labels agree with those of a reader."""

    measure: str = column("What is measured")
    value: float = column("The measure", ge=-1, le=1)
    low: float = column("Lower bound (95%)", ge=-1, le=1, nullable=True)
    high: float = column("Upper bound (95%)", ge=-1, le=1, nullable=True)
    papers: int = count("Papers that it is taken from")


class Labels(Table, key=["year", "paper_id"]):
    """How each paper that mentions the dataset used it, for people to read."""

    paper_id: str = column("Identifier of the paper at its source")
    year: int = year("Year of the venue")
    title: str = column("Title; may be empty")
    label: str = column("Strongest use of the dataset", isin=list(Label))
    variant: str = column("Variants in that use")
    counted: bool = column("Whether it counts as trained on the dataset")
    confidence: float = share("The classifier's certainty; empty if it says none", nullable=True)
    needs_review: bool = column("Whether it is left to a person, and does not count")
    reason: str = column("The classifier's reason")
    quote: str = column("A sentence of the paper that shows the use", nullable=True)
    page: pd.Int64Dtype = amount("Page of the quote, from 1")
    classifier: str = column("Who labelled", isin=list(Classifier))
    link: str = column("Address of the paper's page; empty for a folder", nullable=True)
    pdf: str = column("Address or path of the PDF", nullable=True)


class Classification(Table, key=["classifier", "model"]):
    """What labelling the papers took; energy and emissions are empty if not known."""

    classifier: str = column("Who labelled", isin=list(Classifier))
    model: str = column("Language model; none for rules")
    papers: int = column("Papers labelled", ge=1)
    needs_review: int = count("Papers left to a person")
    not_judged: int = count(
        "Papers about which a model gave no usable answer; they are among these"
    )
    input_tokens: int = amount("Tokens sent")
    output_tokens: int = amount("Tokens received")
    cost_usd: float = amount("Cost in US dollars")
    energy_kwh_low: float = amount("Lower bound of the energy in kWh", nullable=True)
    energy_kwh_high: float = amount("Upper bound of the energy in kWh", nullable=True)
    emissions_kg_low: float = amount("Lower bound of the emissions in kg CO2e", nullable=True)
    emissions_kg_high: float = amount("Upper bound of the emissions in kg CO2e", nullable=True)
    impact_source: str = column("Where energy and emissions come from", nullable=True)


class UsagePlan(Table, key=["year"]):
    """What classifying with a language model would take per year; tokens and cost are estimates."""

    year: int = year("Year of the venue")
    model: str = column("Language model")
    papers: int = count("Papers that mention the dataset")
    references_only: int = count("Papers that do in their references only; nothing is asked")
    answered: int = count("Papers whose answer is in the cache")
    requests: int = count("Requests to send, without those repeated after a faulty answer")
    input_tokens: int = amount("Tokens to send, at 4 characters per token")
    output_tokens: int = amount("Tokens to receive")
    cost_usd: float = amount("Cost in US dollars")


class AuditSample(Table, key=["position"]):
    """Papers drawn for reading by a person, with room for what the person finds."""

    position: int = column("Place in the sample", ge=1)
    paper_id: str = column("Identifier of the paper", str_length={"min_value": 1})
    year: int = year("Year of the venue")
    title: str = column("Title; empty if not known")
    stratum: str = column(
        "What the paper was labelled when the sample was drawn", isin=list(STRATA)
    )
    label: str = column("The classifier's label", isin=list(Label))
    variant: str = column("Variants the classifier names")
    human_label: str = column(
        "The person's label; empty if not read", isin=list(Label), nullable=True
    )
    human_variant: str = column("What a training was on; empty for other labels", nullable=True)
    comment: str = column("The person's remark", nullable=True)


class AuditConfusion(Table, key=["label", "human_label"]):
    """Audited papers by the classifier's label and the person's."""

    label: str = column("The classifier's label", isin=list(Label))
    human_label: str = column("The person's label", isin=list(Label))
    papers: int = count("Audited papers")


class AuditShares(Table, key=["year"]):
    """Papers that trained, as labelled and as corrected by the audit."""

    year: pd.Int64Dtype = year("Year of the venue; empty for all years together")
    mentioning: int = column("Papers that mention the dataset", ge=1)
    audited: int = count("Papers that a person labelled")
    trained_raw: int = count("Papers that the classifier counts as trained")
    trained_corrected: float = count("Papers that trained (post-stratified)")
    trained_low: float = count("Lower bound of trained_corrected (95%)")
    trained_high: float = count("Upper bound of trained_corrected (95%)")
    share_raw: float = share("trained_raw / mentioning")
    share_corrected: float = share("trained_corrected / mentioning")
