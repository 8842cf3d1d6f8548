"""The tables of the projection: yearly shares and counts, observed and continued."""

import pandera.pandas as pa

from datafootprint.projection.models import MODELS
from datafootprint.projection.shares import SHARES
from datafootprint.tables import Table

#: A calendar year that a table may hold.
YEAR = {"ge": 1900, "le": 2100}
#: No venue accepts more papers; a larger number is a typing error.
MOST_PAPERS = 10**7
COUNT = {"ge": 0, "le": MOST_PAPERS}
SHARE = {"ge": 0, "le": 1}
_LOW, _HIGH = (
    {
        "nullable": True,
        "description": f"{end} end of the 95% prediction interval; empty if observed",
    }
    for end in ("Lower", "Upper")
)
_MEAN_LOW, _MEAN_HIGH = (
    {
        **SHARE,
        "nullable": True,
        "description": f"{end} end of the 95% confidence interval of the trend",
    }
    for end in ("Lower", "Upper")
)


class Projection(Table):
    """Shares and counts of papers per year, observed and projected."""

    year: int = pa.Field(**YEAR, description="Calendar year")
    kind: str = pa.Field(isin=["observed", "projected"], description="Counted, or continued")
    accepted: int = pa.Field(**COUNT, description="Accepted papers")
    mentioning: float = pa.Field(**COUNT, description="Accepted papers that mention the dataset")
    trained: float = pa.Field(
        **COUNT, description="Accepted papers that trained on it from random initialisation"
    )
    mentioning_share: float = pa.Field(**SHARE, description="mentioning / accepted")
    trained_share: float = pa.Field(**SHARE, description="trained / accepted")
    trained_share_of_mentioning: float = pa.Field(
        **SHARE, description="trained / mentioning, with a trend of its own"
    )
    mentioning_low: float = pa.Field(**COUNT, **_LOW)
    mentioning_high: float = pa.Field(**COUNT, **_HIGH)
    trained_low: float = pa.Field(**COUNT, **_LOW)
    trained_high: float = pa.Field(**COUNT, **_HIGH)
    mentioning_share_low: float = pa.Field(**SHARE, **_LOW)
    mentioning_share_high: float = pa.Field(**SHARE, **_HIGH)
    trained_share_low: float = pa.Field(**SHARE, **_LOW)
    trained_share_high: float = pa.Field(**SHARE, **_HIGH)
    trained_share_of_mentioning_low: float = pa.Field(**SHARE, **_LOW)
    trained_share_of_mentioning_high: float = pa.Field(**SHARE, **_HIGH)
    mentioning_share_mean_low: float = pa.Field(**_MEAN_LOW)
    mentioning_share_mean_high: float = pa.Field(**_MEAN_HIGH)
    trained_share_mean_low: float = pa.Field(**_MEAN_LOW)
    trained_share_mean_high: float = pa.Field(**_MEAN_HIGH)
    trained_share_of_mentioning_mean_low: float = pa.Field(**_MEAN_LOW)
    trained_share_of_mentioning_mean_high: float = pa.Field(**_MEAN_HIGH)

    class Config(Table.Config):
        """The key."""

        unique = ["year"]


class ProjectionFits(Table):
    """Binomial regressions on the year, whose coefficients the Monte Carlo draws."""

    share: str = pa.Field(isin=list(SHARES), description="Share that is continued")
    model: str = pa.Field(
        isin=["logit", "bayes"],
        description="Maximum likelihood, or with a prior of the slope where counts are too few",
    )
    centre: int = pa.Field(**YEAR, description="Year at which the intercept holds")
    intercept: float = pa.Field(description="Logit of the share in the year centre")
    slope: float = pa.Field(description="Change of the logit per year")
    intercept_variance: float = pa.Field(ge=0, description="Variance, the dispersion included")
    covariance: float = pa.Field(description="Of intercept and slope, the dispersion included")
    slope_variance: float = pa.Field(ge=0, description="Variance, the dispersion included")
    dispersion: float = pa.Field(
        ge=1, description="Pearson chi-square over the residual degrees of freedom, at least 1"
    )
    degrees_of_freedom: int = pa.Field(ge=0, description="Residual degrees of freedom")

    class Config(Table.Config):
        """The key."""

        unique = ["share"]


class ProjectionCompared(Table):
    """What every model says about every yearly share."""

    share: str = pa.Field(isin=list(SHARES), description="Share that is continued")
    model: str = pa.Field(isin=list(MODELS), description="Model of the projection")
    year: int = pa.Field(**YEAR, description="Calendar year")
    observed: float = pa.Field(
        **SHARE, nullable=True, description="Observed share; empty if not observed"
    )
    mean: float = pa.Field(**SHARE, description="The model's share")
    mean_low: float = pa.Field(**_MEAN_LOW)
    mean_high: float = pa.Field(**_MEAN_HIGH)
    low: float = pa.Field(**SHARE, description="Lower end of the 95% prediction interval")
    high: float = pa.Field(**SHARE, description="Upper end of the 95% prediction interval")

    class Config(Table.Config):
        """The key."""

        unique = ["share", "model", "year"]


class Backtest(Table):
    """The last observed years, predicted by every model from the years before."""

    share: str = pa.Field(isin=list(SHARES), description="Share that is continued")
    held_out_years: int = pa.Field(ge=1, le=3, description="Last observed years, predicted")
    model: str = pa.Field(isin=list(MODELS), description="Model of the projection")
    fitted_from: int = pa.Field(**YEAR, description="First year of the fit")
    fitted_until: int = pa.Field(**YEAR, description="Last year of the fit")
    observed_papers: float = pa.Field(ge=0, description="Papers in the years held out")
    predicted_papers: float = pa.Field(
        ge=0, description="Papers predicted for them from the observed denominators"
    )
    pooled_error: float = pa.Field(
        ge=-1,
        nullable=True,
        description="predicted_papers / observed_papers - 1; empty if none was observed",
    )
    mean_absolute_error: float = pa.Field(**SHARE, description="Mean over the years, of the share")
    years_covered: int = pa.Field(
        ge=0, le=3, description="Years whose share is within the 95% prediction interval"
    )
    mean_width: float = pa.Field(**SHARE, description="Mean width of that interval")

    class Config(Table.Config):
        """The key."""

        unique = ["share", "held_out_years", "model"]
