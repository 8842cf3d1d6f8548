"""The tables of the projection: yearly shares and counts, observed and continued."""

from functools import partial
from typing import Any

import pandera.pandas as pa

from datafootprint.projection.models import MODELS
from datafootprint.projection.shares import SHARES
from datafootprint.tables import Table

#: No venue has more papers; a larger number is a typing error.
MOST_PAPERS = 1_000_000
_COUNT: dict[str, Any] = {"ge": 0, "le": MOST_PAPERS}
_SHARE: dict[str, Any] = {"ge": 0, "le": 1}

# pandera wants a field of its own for each column, so these are functions.
YEAR = partial(pa.Field, ge=1900, le=2100, description="Calendar year")
BOUND = partial(
    pa.Field, nullable=True, description="End of the 95% prediction interval; empty if observed"
)
TREND_BOUND = partial(
    pa.Field, **_SHARE, nullable=True, description="End of the 95% interval of the trend"
)
SHARE_NAME = pa.Field(isin=list(SHARES), description="Share that is continued")
MODEL = pa.Field(isin=list(MODELS), description="Model of the projection")


class Projection(Table, key=["year"]):
    """Shares and counts of papers per year, observed and projected."""

    year: int = YEAR()
    kind: str = pa.Field(isin=["observed", "projected"], description="Counted, or continued")
    accepted: int = pa.Field(**_COUNT, description="Accepted papers")
    mentioning: float = pa.Field(**_COUNT, description="Accepted papers that mention the dataset")
    trained: float = pa.Field(**_COUNT, description="Those that trained on it from random weights")
    mentioning_share: float = pa.Field(**_SHARE, description="mentioning / accepted")
    trained_share: float = pa.Field(**_SHARE, description="trained / accepted")
    trained_share_of_mentioning: float = pa.Field(**_SHARE, description="trained / mentioning")
    mentioning_low: float = BOUND(**_COUNT)
    mentioning_high: float = BOUND(**_COUNT)
    trained_low: float = BOUND(**_COUNT)
    trained_high: float = BOUND(**_COUNT)
    mentioning_share_low: float = BOUND(**_SHARE)
    mentioning_share_high: float = BOUND(**_SHARE)
    trained_share_low: float = BOUND(**_SHARE)
    trained_share_high: float = BOUND(**_SHARE)
    trained_share_of_mentioning_low: float = BOUND(**_SHARE)
    trained_share_of_mentioning_high: float = BOUND(**_SHARE)


class ProjectionCompared(Table, key=["share", "model", "year"]):
    """What every model says about every yearly share."""

    share: str = SHARE_NAME
    model: str = MODEL
    year: int = YEAR()
    observed: float = pa.Field(**_SHARE, nullable=True, description="Share; empty if not observed")
    mean: float = pa.Field(**_SHARE, description="The model's share")
    mean_low: float = TREND_BOUND()
    mean_high: float = TREND_BOUND()
    low: float = pa.Field(**_SHARE, description="Lower end of the 95% prediction interval")
    high: float = pa.Field(**_SHARE, description="Upper end of the 95% prediction interval")
    weight: float = pa.Field(**_SHARE, description="Weight in the average of the uncertainty")


class AbstractStrata(Table, key=["year", "stratum"]):
    """Accepted papers of the venue by year and stratum of title and abstract."""

    year: int = YEAR()
    basis: str = pa.Field(
        isin=["abstract", "title"],
        description="Titles and abstracts, or titles alone, taken to abstracts by other years",
    )
    stratum: str = pa.Field(description="Exclusive stratum, by words of title and abstract")
    papers: float = pa.Field(**_COUNT, description="Accepted papers")


class StratumCounts(Table, key=["stratum"]):
    """What the papers of a stratum did with the dataset, in years whose papers were read."""

    stratum: str = pa.Field(description="Exclusive stratum, by words of title and abstract")
    read: int = pa.Field(**_COUNT, description="Papers whose full text was searched")
    mentioning: int = pa.Field(**_COUNT, description="Those of them that mention the dataset")
    trained: int = pa.Field(**_COUNT, description="Those of them that rules label as trained")


class AbstractMentions(Table, key=["year"]):
    """Titles and abstracts of accepted papers that name the dataset."""

    year: int = YEAR()
    basis: str = pa.Field(isin=["abstract", "title"], description="Whether abstracts were known")
    listed: float = pa.Field(**_COUNT, description="Accepted papers")
    naming: float = pa.Field(**_COUNT, description="Papers whose title or abstract names it")
    share: float = pa.Field(**_SHARE, description="naming / listed")
    low: float = pa.Field(**_SHARE, description="Lower end of its 95% interval (Wilson)")
    high: float = pa.Field(**_SHARE, description="Upper end of its 95% interval (Wilson)")
    language_models: float = pa.Field(**_SHARE, description="Share about language models")


class Backtest(Table, key=["share", "held_out_years", "model"]):
    """The last observed years, predicted by every model from the years before."""

    share: str = SHARE_NAME
    held_out_years: int = pa.Field(ge=1, le=3, description="Last observed years, predicted")
    model: str = MODEL
    fitted_from: int = YEAR()
    fitted_until: int = YEAR()
    observed_papers: float = pa.Field(ge=0, description="Papers in the years held out")
    predicted_papers: float = pa.Field(ge=0, description="From the observed denominators")
    pooled_error: float = pa.Field(ge=-1, nullable=True, description="predicted / observed - 1")
    years_covered: int = pa.Field(ge=0, le=3, description="Years within the 95% interval")
    mean_width: float = pa.Field(**_SHARE, description="Mean width of that interval")
