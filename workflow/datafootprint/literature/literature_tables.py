"""The tables of the literature: publications per year, and training runs by method."""

import pandas as pd

from datafootprint.columns import amount, column, count, positive, share, year
from datafootprint.literature.methods import METHODS
from datafootprint.tables import Table
from datafootprint.usage.usage_tables import BANDS

#: What a table of practice has means of.
QUANTITIES = ("epochs", "energy_per_epoch", *(f"models {band}" for band in BANDS))
METHOD = column("Method of the estimate", isin=list(METHODS))
#: The whole literature grows by about ten million works per year.
MOST = 100_000_000


class Publications(Table, key=["year"]):
    """Publications per year that mention the dataset; only the first two columns are required."""

    year: int = year()
    publications: int = count("Publications that mention the dataset", MOST)
    source: str | None = column("Where the count comes from")
    retrieved: str | None = column(
        "Date of retrieval (UTC); empty if not known", str_matches="^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    )
    complete: pd.BooleanDtype | None = column(
        "Whether the year was over when it was counted; empty if not known"
    )
    query: str | None = column("The query as sent, without the key; empty if not known")
    service_version: str | None = column(
        "Version that the service gives for its data; empty if none"
    )
    publications_with_full_text: pd.Int64Dtype | None = count(
        "Those of them that the service can search in full; empty if not known", MOST
    )
    full_text_coverage: float | None = share(
        "Share of all works that the service can search in full; empty if not known"
    )


class PublicationsCompared(Table, key=["year"]):
    """Publications per year in two sources."""

    year: int = year()
    complete: pd.BooleanDtype | None = column(
        "Whether the year was over in both sources; empty if not known"
    )
    source: str = column("The source that the estimate uses")
    compared_with: str = column("The other source")
    publications: pd.Int64Dtype = count("Count of the source; empty if it has none", MOST)
    publications_compared: pd.Int64Dtype = count("Count of the other; empty if it has none", MOST)
    ratio: float | None = amount("Count of the other source per count of the source")
    agree: pd.BooleanDtype | None = column(
        "Whether neither is more than the configured factor times the other; empty if not compared"
    )
    full_text_coverage: float | None = share("Share of all works that the source searches in full")
    full_text_coverage_compared: float | None = share("The same share in the other source")


class TrainingRuns(Table, key=["method", "year"]):
    """Training runs across the literature, per year and method."""

    method: str = METHOD
    year: int = year()
    publications: int = count("Publications that mention the dataset", MOST)
    trained_share: float = share("Share that the method applies to them")
    variant_share: float = share("Share of the papers that trained which used the whole dataset")
    papers: float = amount("Papers that trained on the dataset; each keeps its copies")
    runs_per_paper: float = amount("Training runs per such paper")
    runs: float = amount("Training runs")
    run_energy_factor: float = amount(
        "Energy of a run over that of a configured one: epochs and hardware"
    )


class Practice(Table, key=["quantity", "first_year"]):
    """What a training run is in the papers that were read: means, each with its 90% range."""

    quantity: str = column(
        "Epochs per run; energy per epoch over that of the dataset's energy_model; or "
        "the mean number of models in a band of papers_read.csv",
        isin=list(QUANTITIES),
    )
    first_year: int = year("First year of which it is the mean")
    last_year: int = year("Last year of which it is the mean")
    mean: float = positive("Mean over the runs or papers of these years")
    p5: float = positive("5% quantile of that mean, as far as it is known")
    p95: float = positive("95% quantile of that mean")
    cases: pd.Int64Dtype = column("Papers or recipes behind it", ge=1)
    evidence: str = column("What it rests on", isin=["measured", "assumed"])
    source: str = column("Where it comes from")
