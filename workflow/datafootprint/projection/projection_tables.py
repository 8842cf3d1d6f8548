"""The tables of the projection: yearly shares and counts, observed and continued."""

from functools import partial

from datafootprint import columns
from datafootprint.columns import amount, column, year
from datafootprint.projection.models import MODELS
from datafootprint.projection.shares import SHARES
from datafootprint.tables import Table

#: No venue has more papers; a larger number is a typing error.
count = partial(columns.count, most=1_000_000)
part = columns.share
SHARE_NAME = column("Share that is continued", isin=list(SHARES))
MODEL = column("Model of the projection", isin=list(MODELS))
STRATUM = column("Exclusive stratum, by words of title and abstract")
BOUND = "End of the 95% prediction interval; empty if observed"


class Projection(Table, key=["year"]):
    """Shares and counts of papers per year, observed and projected."""

    year: int = year()
    kind: str = column("Counted, or continued", isin=["observed", "projected"])
    accepted: int = count("Accepted papers")
    mentioning: float = count("Accepted papers that mention the dataset")
    trained: float = count("Those that trained on it from random weights")
    mentioning_share: float = part("mentioning / accepted")
    trained_share: float = part("trained / accepted")
    trained_share_of_mentioning: float = part("trained / mentioning")
    mentioning_low: float = count(BOUND, nullable=True)
    mentioning_high: float = count(BOUND, nullable=True)
    trained_low: float = count(BOUND, nullable=True)
    trained_high: float = count(BOUND, nullable=True)
    mentioning_share_low: float = part(BOUND, nullable=True)
    mentioning_share_high: float = part(BOUND, nullable=True)
    trained_share_low: float = part(BOUND, nullable=True)
    trained_share_high: float = part(BOUND, nullable=True)
    trained_share_of_mentioning_low: float = part(BOUND, nullable=True)
    trained_share_of_mentioning_high: float = part(BOUND, nullable=True)


class ProjectionCompared(Table, key=["share", "model", "year"]):
    """What every model says about every yearly share."""

    share: str = SHARE_NAME
    model: str = MODEL
    year: int = year()
    observed: float = part("Share; empty if not observed", nullable=True)
    mean: float = part("The model's share")
    mean_low: float = part("Lower end of the 95% interval of the trend")
    mean_high: float = part("Upper end of the 95% interval of the trend")
    low: float = part("Lower end of the 95% prediction interval")
    high: float = part("Upper end of the 95% prediction interval")
    weight: float = part("Weight in the average of the uncertainty")


class AbstractStrata(Table, key=["year", "stratum"]):
    """Accepted papers of the venue by year and stratum of title and abstract."""

    year: int = year()
    basis: str = column(
        "Titles and abstracts, or titles alone, taken to abstracts by other years",
        isin=["abstract", "title"],
    )
    stratum: str = STRATUM
    papers: float = count("Accepted papers")


class StratumCounts(Table, key=["stratum"]):
    """What the papers of a stratum did with the dataset, in years whose papers were read."""

    stratum: str = STRATUM
    read: int = count("Papers whose full text was searched")
    mentioning: int = count("Those of them that mention the dataset")
    trained: int = count("Those of them that rules label as trained")


class AbstractMentions(Table, key=["year"]):
    """Titles and abstracts of accepted papers that name the dataset."""

    year: int = year()
    basis: str = column("Whether abstracts were known", isin=["abstract", "title"])
    listed: float = count("Accepted papers")
    naming: float = count("Papers whose title or abstract names it")
    share: float = part("naming / listed")
    low: float = part("Lower end of its 95% interval (Wilson)")
    high: float = part("Upper end of its 95% interval (Wilson)")
    language_models: float = part("Share about language models")


class Backtest(Table, key=["share", "held_out_years", "model"]):
    """The last observed years, predicted by every model from the years before."""

    share: str = SHARE_NAME
    held_out_years: int = count("Last observed years, predicted")
    model: str = MODEL
    fitted_from: int = year("First observed year before them")
    fitted_until: int = year("Last observed year before them")
    observed_papers: float = amount("Papers in the years held out")
    predicted_papers: float = amount("From the observed denominators")
    pooled_error: float = column("predicted / observed - 1", ge=-1, nullable=True)
    years_covered: int = count("Years within the 95% interval")
    mean_width: float = part("Mean width of that interval")
