"""The table of training runs."""

import pandera.pandas as pa

from datafootprint.literature.methods import METHODS
from datafootprint.tables import Table

METHOD = pa.Field(isin=list(METHODS), description="Method of the estimate")
#: No literature has more; a larger number is a typing error.
MOST_PUBLICATIONS = 10**8


class TrainingRuns(Table):
    """Training runs across the literature, per year and method."""

    method: str = METHOD
    year: int = pa.Field(ge=1900, le=2100, description="Calendar year")
    publications: int = pa.Field(
        ge=0, le=MOST_PUBLICATIONS, description="Publications that mention the dataset"
    )
    trained_share: float = pa.Field(ge=0, le=1, description="Share that the method applies to them")
    runs: float = pa.Field(ge=0, description="Training runs")

    class Config:
        unique = ["method", "year"]
