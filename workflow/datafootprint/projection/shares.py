"""The yearly shares that are continued, and the counts they are made of."""

import pandas as pd

from datafootprint.errors import DatafootprintError

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
    for year in observed["year"][(observed[["accepted", "mentioning"]] == 0).any(axis=1)]:
        raise DatafootprintError(
            f"usage counts, year {year}: no paper is accepted or none mentions the dataset, so its "
            "shares are not defined. Of papers that are read, check the patterns of the dataset's "
            "card; else leave mentioning and trained empty, or take the year out of papers.years."
        )
    return observed


def sample_of(share: str, observed: pd.DataFrame) -> pd.DataFrame:
    """Return the counts behind `share`: columns part and whole in papers, indexed by year."""
    part, whole = SHARES[share]
    counts = observed.set_index("year")[[part, whole]].astype(float)
    return counts.set_axis(["part", "whole"], axis=1)
