"""The yearly shares that are continued, and the counts they are made of."""

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.usage.labels import LIVE

#: Shares and the counts they are made of: name -> (numerator, denominator).
SHARES = {
    "mentioning_share": ("mentioning", "accepted"),
    "trained_share": ("trained", "accepted"),
    "trained_share_of_mentioning": ("trained", "mentioning"),
}


def observed_counts(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the years whose papers were counted, by year; at least one."""
    observed = counts[counts["trained"].notna()].sort_values("year")
    if observed.empty:
        raise DatafootprintError(
            "usage counts: no year is observed; add years with mentioning and trained papers to "
            "usage.counts."
        )
    for _, row in observed[(observed[["accepted", "mentioning"]] == 0).any(axis=1)].iterrows():
        remedy = (
            f"take {row['year']} out of papers.years"
            if row.get("source") == LIVE
            else "leave mentioning and trained empty"
        )
        raise DatafootprintError(
            f"usage counts, year {row['year']}: no paper is accepted or none mentions the "
            f"dataset, so its shares are not defined; {remedy}."
        )
    return observed


def sample_of(share: str, observed: pd.DataFrame) -> pd.DataFrame:
    """Return the counts behind `share`: columns part and whole in papers, indexed by year."""
    part, whole = SHARES[share]
    counts = observed.set_index("year")[[part, whole]].astype(float)
    return counts.set_axis(["part", "whole"], axis=1)
