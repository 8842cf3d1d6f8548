"""The tables of the usage stage."""

import pandas as pd
import pandera.pandas as pa

from datafootprint.tables import Table
from datafootprint.usage.labels import Classifier, Correction, Label

#: No venue has more papers in a year.
MOST_PAPERS = 1_000_000
#: Strata of an audit: papers that count as trained, papers left to a person, or the label.
COUNTED, REVIEW = "counted_as_trained", "needs_review"
STRATA = [COUNTED, *Label, REVIEW]

_YEAR = {"ge": 1900, "le": 2100}
_PAPERS = {"ge": 0, "le": MOST_PAPERS}
_SHARE = {"ge": 0, "le": 1}


class UsageCounts(Table):
    """Papers of the venue per year."""

    year: int = pa.Field(**_YEAR, description="Calendar year")
    accepted: int = pa.Field(**_PAPERS, description="Accepted papers")
    mentioning: pd.Int64Dtype = pa.Field(
        **_PAPERS,
        nullable=True,
        description="Accepted papers that mention the dataset; empty if not observed",
    )
    trained: float = pa.Field(
        **_PAPERS,
        nullable=True,
        description="Accepted papers that trained on the dataset from random initialisation, "
        "corrected where correction is not none; empty if not observed",
    )
    source: str | None = pa.Field(nullable=True, description="Where the counts come from")
    trained_raw: pd.Int64Dtype | None = pa.Field(
        **_PAPERS,
        nullable=True,
        description="Papers labelled so, with a verified quote; empty if not labelled here",
    )
    trained_corrected: float | None = pa.Field(
        **_PAPERS,
        nullable=True,
        description="Papers after correcting for the classifier's errors; empty if not corrected",
    )
    trained_low: float | None = pa.Field(
        **_PAPERS, nullable=True, description="Lower bound of the corrected number (95%)"
    )
    trained_high: float | None = pa.Field(
        **_PAPERS, nullable=True, description="Upper bound of the corrected number (95%)"
    )
    trained_subsets: pd.Int64Dtype | None = pa.Field(
        **_PAPERS,
        nullable=True,
        description="Papers trained from scratch on other variants alone (subsets, derivatives, "
        "the whole that a subset is taken from), which do not count",
    )
    needs_review: pd.Int64Dtype | None = pa.Field(
        **_PAPERS,
        nullable=True,
        description="Papers whose label nothing in the paper supports; they do not count as "
        "trained",
    )
    unread: pd.Int64Dtype | None = pa.Field(
        **_PAPERS, nullable=True, description="Accepted papers whose text could not be read"
    )
    sensitivity: float | None = pa.Field(
        **_SHARE,
        nullable=True,
        description="Share of the papers that trained and are labelled so, of a correction by "
        "rogan_gladen",
    )
    specificity: float | None = pa.Field(
        **_SHARE,
        nullable=True,
        description="Share of the papers that did not train and are not labelled so, of a "
        "correction by rogan_gladen",
    )
    correction: str | None = pa.Field(
        isin=list(Correction), nullable=True, description="How trained was corrected"
    )

    class Config(Table.Config):
        unique = ["year"]


class Classification(Table):
    """What labelling the papers took."""

    classifier: str = pa.Field(isin=list(Classifier), description="Who labelled")
    model: str = pa.Field(description="Language model; none for rules")
    papers: int = pa.Field(ge=1, description="Papers labelled")
    needs_review: int = pa.Field(ge=0, description="Papers left to a person")
    input_tokens: int = pa.Field(ge=0, description="Tokens sent")
    output_tokens: int = pa.Field(ge=0, description="Tokens received")
    cost_usd: float = pa.Field(ge=0, description="Cost in US dollars")
    energy_kwh_low: float = pa.Field(
        ge=0, nullable=True, description="Lower bound of the energy in kWh; empty if not known"
    )
    energy_kwh_high: float = pa.Field(
        ge=0, nullable=True, description="Upper bound of the energy in kWh"
    )
    emissions_kg_low: float = pa.Field(
        ge=0,
        nullable=True,
        description="Lower bound of the emissions in kg CO2e; empty if not known",
    )
    emissions_kg_high: float = pa.Field(
        ge=0, nullable=True, description="Upper bound of the emissions in kg CO2e"
    )
    impact_source: str = pa.Field(
        nullable=True,
        description="Where energy and emissions come from; empty if no model was asked",
    )

    class Config(Table.Config):
        unique = ["classifier", "model"]


class UsagePlan(Table):
    """What classifying with a language model would take, per year."""

    year: int = pa.Field(**_YEAR, description="Year of the venue")
    model: str = pa.Field(description="Language model")
    papers: int = pa.Field(ge=0, description="Papers that mention the dataset")
    references_only: int = pa.Field(
        ge=0,
        description="Papers that mention it in their references only, for which nothing is asked",
    )
    answered: int = pa.Field(ge=0, description="Papers whose answer is in the cache")
    requests: int = pa.Field(
        ge=0, description="Requests to send, without those repeated after a faulty answer"
    )
    input_tokens: int = pa.Field(
        ge=0, description="Tokens to send (estimated at 4 characters per token)"
    )
    output_tokens: int = pa.Field(ge=0, description="Tokens to receive (estimated)")
    cost_usd: float = pa.Field(ge=0, description="Estimated cost in US dollars")

    class Config(Table.Config):
        unique = ["year"]


class AuditSample(Table):
    """Papers drawn for reading by a person, with room for what the person finds."""

    position: int = pa.Field(ge=1, description="Place in the sample")
    paper_id: str = pa.Field(
        str_length={"min_value": 1}, description="Identifier of the paper at its source"
    )
    year: int = pa.Field(**_YEAR, description="Year of the venue")
    title: str = pa.Field(description="Title; empty if not known")
    stratum: str = pa.Field(
        isin=STRATA, description="What the paper was labelled when the sample was drawn"
    )
    label: str = pa.Field(isin=list(Label), description="The classifier's label")
    variant: str = pa.Field(description="Variants the classifier names")
    human_label: str = pa.Field(
        isin=list(Label), nullable=True, description="The person's label; empty if not read"
    )
    human_variant: str = pa.Field(
        nullable=True, description="The person's variants; empty if the classifier's are right"
    )
    comment: str = pa.Field(nullable=True, description="The person's remark")

    class Config(Table.Config):
        unique = ["position"]


class AuditConfusion(Table):
    """Audited papers by the classifier's label and the person's."""

    label: str = pa.Field(isin=list(Label), description="The classifier's label")
    human_label: str = pa.Field(isin=list(Label), description="The person's label")
    papers: int = pa.Field(ge=0, description="Audited papers")

    class Config(Table.Config):
        unique = ["label", "human_label"]


class AuditAgreement(Table):
    """How far the classifier and the person agree."""

    measure: str = pa.Field(
        isin=["accuracy", "kappa"], description="Share of equal labels, or Cohen's kappa"
    )
    of: str = pa.Field(
        isin=["sample", "all papers"],
        description="The audited papers as they are, or weighted to represent all labelled papers",
    )
    value: float = pa.Field(ge=-1, le=1, description="The measure")
    low: float = pa.Field(ge=-1, le=1, description="Lower bound (95%)")
    high: float = pa.Field(ge=-1, le=1, description="Upper bound (95%)")
    papers: int = pa.Field(ge=1, description="Audited papers")

    class Config(Table.Config):
        unique = ["measure", "of"]


class AuditShares(Table):
    """Papers that trained, as labelled and as corrected by the audit."""

    year: pd.Int64Dtype = pa.Field(
        **_YEAR, nullable=True, description="Year of the venue; empty for all years together"
    )
    mentioning: int = pa.Field(ge=1, description="Papers that mention the dataset")
    audited: int = pa.Field(ge=0, description="Papers that a person labelled")
    trained_raw: int = pa.Field(ge=0, description="Papers that the classifier counts as trained")
    trained_corrected: float = pa.Field(ge=0, description="Papers that trained (post-stratified)")
    trained_low: float = pa.Field(ge=0, description="Lower bound (95%)")
    trained_high: float = pa.Field(ge=0, description="Upper bound (95%)")
    share_raw: float = pa.Field(**_SHARE, description="trained_raw / mentioning")
    share_corrected: float = pa.Field(**_SHARE, description="trained_corrected / mentioning")

    class Config(Table.Config):
        unique = ["year"]
