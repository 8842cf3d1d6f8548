"""The tables of the literature: publications per year, and training runs by method."""

from typing import Any

import pandas as pd
import pandera.pandas as pa

from datafootprint.literature.methods import METHODS
from datafootprint.tables import Table

#: Bands of the number of models that a paper trained on the dataset, as readers counted them.
BANDS = ("1", "2-5", "6-20", ">20")
METHOD = pa.Field(isin=list(METHODS), description="Method of the estimate")
_YEAR: dict[str, Any] = {"ge": 1900, "le": 2100}
#: The whole literature grows by about ten million works per year.
_PUBLICATIONS: dict[str, Any] = {"ge": 0, "le": 100_000_000}
_SHARE: dict[str, Any] = {"ge": 0, "le": 1}


class Publications(Table, key=["year"]):
    """Publications per year that mention the dataset; only the first two columns are required."""

    year: int = pa.Field(**_YEAR, description="Calendar year")
    publications: int = pa.Field(
        **_PUBLICATIONS, description="Publications that mention the dataset"
    )
    source: str | None = pa.Field(nullable=True, description="Where the count comes from")
    retrieved: str | None = pa.Field(
        nullable=True,
        str_matches="^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="Date of retrieval (UTC); empty if not known",
    )
    complete: pd.BooleanDtype | None = pa.Field(
        nullable=True,
        description="Whether the year was over when it was counted; empty if not known",
    )
    query: str | None = pa.Field(
        nullable=True, description="The query as sent, without the key; empty if not known"
    )
    service_version: str | None = pa.Field(
        nullable=True, description="Version that the service gives for its data; empty if none"
    )
    publications_with_full_text: pd.Int64Dtype | None = pa.Field(
        **_PUBLICATIONS,
        nullable=True,
        description="Those of them that the service can search in full; empty if not known",
    )
    full_text_coverage: float | None = pa.Field(
        **_SHARE,
        nullable=True,
        description="Share of all works that the service can search in full; empty if not known",
    )


class PublicationsCompared(Table, key=["year"]):
    """Publications per year in two sources."""

    year: int = pa.Field(**_YEAR, description="Calendar year")
    complete: pd.BooleanDtype | None = pa.Field(
        nullable=True, description="Whether the year was over in both sources; empty if not known"
    )
    source: str = pa.Field(description="The source that the estimate uses")
    compared_with: str = pa.Field(description="The other source")
    publications: pd.Int64Dtype = pa.Field(
        **_PUBLICATIONS, nullable=True, description="Count of the source; empty if it has none"
    )
    publications_compared: pd.Int64Dtype = pa.Field(
        **_PUBLICATIONS, nullable=True, description="Count of the other; empty if it has none"
    )
    ratio: float | None = pa.Field(
        ge=0, nullable=True, description="Count of the other source per count of the source"
    )
    agree: pd.BooleanDtype | None = pa.Field(
        nullable=True,
        description="Whether neither is more than the configured factor times the other; empty if "
        "not compared",
    )
    full_text_coverage: float | None = pa.Field(
        **_SHARE, nullable=True, description="Share of all works that the source searches in full"
    )
    full_text_coverage_compared: float | None = pa.Field(
        **_SHARE, nullable=True, description="The same share in the other source"
    )


class TrainingRuns(Table, key=["method", "year"]):
    """Training runs across the literature, per year and method."""

    method: str = METHOD
    year: int = pa.Field(**_YEAR, description="Calendar year")
    publications: int = pa.Field(
        **_PUBLICATIONS, description="Publications that mention the dataset"
    )
    trained_share: float = pa.Field(**_SHARE, description="Share that the method applies to them")
    variant_share: float = pa.Field(
        **_SHARE, description="Share of the papers that trained which used the whole dataset"
    )
    papers: float = pa.Field(
        ge=0, description="Papers that trained on the dataset; each keeps its copies"
    )
    runs_per_paper: float = pa.Field(ge=0, description="Training runs per such paper")
    runs: float = pa.Field(ge=0, description="Training runs")
    run_energy_factor: float = pa.Field(
        ge=0, description="Energy of a run over that of a configured one: epochs and hardware"
    )


class Practice(Table, key=["quantity", "first_year"]):
    """What a training run is in the papers that were read: means, each with its 90% range."""

    quantity: str = pa.Field(
        isin=["epochs", "energy_per_epoch", *(f"models {band}" for band in BANDS)],
        description="Epochs per run; energy per epoch over that of the dataset's energy_model; or "
        "the mean number of models in a band of papers_read.csv",
    )
    first_year: int = pa.Field(**_YEAR, description="First year of which it is the mean")
    last_year: int = pa.Field(**_YEAR, description="Last year of which it is the mean")
    mean: float = pa.Field(gt=0, description="Mean over the runs or papers of these years")
    p5: float = pa.Field(gt=0, description="5% quantile of that mean, as far as it is known")
    p95: float = pa.Field(gt=0, description="95% quantile of that mean")
    cases: pd.Int64Dtype = pa.Field(ge=1, nullable=True, description="Papers or recipes behind it")
    evidence: str = pa.Field(isin=["measured", "assumed"], description="What it rests on")
    source: str = pa.Field(description="Where it comes from")
