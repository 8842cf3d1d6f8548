"""Publication counts of two sources side by side."""

import logging
from collections.abc import Mapping

import pandas as pd

from datafootprint.tables import records_of

log = logging.getLogger(__name__)

COMPARED = ["year", "complete", "publications", "full_text_coverage"]


def compare_publications(
    first: pd.DataFrame, second: pd.DataFrame, names: Mapping[str, str], factor: float
) -> pd.DataFrame:
    """Divide the publications of a second source by those of the first, year by year.

    `names` has the names of the two as source and compared_with. They disagree if one count is more
    than `factor` times the other; a year that was not over in one of them has no verdict.
    """
    both = first[COMPARED].merge(
        second[COMPARED], on="year", how="outer", suffixes=("", "_compared"), indicator=True
    )
    counts = both[["publications", "publications_compared"]].astype("Int64")
    ours, theirs = counts["publications"], counts["publications_compared"]
    # A source that lacks the year does not speak against its being over.
    complete = both["complete"].mask(both["_merge"] == "right_only", True) & both[
        "complete_compared"
    ].mask(both["_merge"] == "left_only", True)
    agree = (ours <= factor * theirs) & (theirs <= factor * ours)
    compared = both.assign(
        **names,
        **counts,
        complete=complete,
        ratio=(theirs / ours.where(ours > 0)).astype("Float64"),
        agree=agree.mask(complete.eq(False).fillna(False) | ours.isna() | theirs.isna()),
    )
    for row in records_of(compared[compared["agree"].eq(False).fillna(False)]):
        log.warning(
            "%(year)d: %(source)s counts %(publications)d publications, %(compared_with)s counts "
            "%(publications_compared)d, more than a factor of %(factor)g apart",
            row | {"factor": factor},
        )
    return compared
