"""Continuing the yearly shares to years without counts, by ordinary least squares on the year."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from statsmodels.regression.linear_model import OLS

from datafootprint.errors import DatafootprintError
from datafootprint.tables import Row

#: Shares and the counts they are made of: name -> (numerator, denominator).
SHARES = {
    "mentioning_share": ("mentioning", "accepted"),
    "trained_share": ("trained", "accepted"),
    "trained_share_of_mentioning": ("trained", "mentioning"),
}
#: Fewest observed years that leave a residual degree of freedom for the bounds.
MINIMUM_YEARS = 3


def project_usage(counts: Sequence[Row], confidence: float = 0.95) -> list[Row]:
    """Fit a line to each observed yearly share and continue it to the other years.

    Parameters
    ----------
    counts : rows
        year, accepted, mentioning, trained in papers; the last two None in years to project.
    confidence : float
        Coverage of the bounds.

    Returns
    -------
    list of dict
        The columns of the table `projection`. Observed years keep their shares and counts. In the
        others a share is the line's value and a count that share times `accepted`, unrounded (as
        the paper does, Appendix B). `_low` and `_high` bound a single new year (prediction
        interval), `_mean_low` and `_mean_high` the line (confidence interval), both from
        `statsmodels` and cut at 0 and 1.

    Raises
    ------
    DatafootprintError
        If fewer than three years are observed, an observed year has no paper to divide by, or the
        line leaves [0, 1].
    """
    observed = [row for row in counts if row["mentioning"] is not None]
    if len(observed) < MINIMUM_YEARS:
        raise DatafootprintError(
            f"usage counts: {len(observed)} observed years, but a trend with bounds needs at "
            f"least {MINIMUM_YEARS}; add years to usage.counts."
        )
    for row in observed:
        if not row["accepted"] or not row["mentioning"]:
            raise DatafootprintError(
                f"usage counts, year {row['year']}: no paper is accepted or none mentions the "
                "dataset, so its shares are not defined; leave mentioning and trained empty."
            )
    projected: list[Row] = [
        {
            "year": row["year"],
            "kind": "projected" if row["mentioning"] is None else "observed",
            "accepted": row["accepted"],
            "mentioning": row["mentioning"],
            "trained": row["trained"],
        }
        for row in counts
    ]
    years = [row["year"] for row in counts]
    for share, (part, whole) in SHARES.items():
        lines = fit_line(
            [row["year"] for row in observed],
            [row[part] / row[whole] for row in observed],
            years,
            confidence,
        )
        for row, (mean, mean_low, mean_high, low, high) in zip(projected, lines, strict=True):
            row[f"{share}_mean_low"], row[f"{share}_mean_high"] = _cut(mean_low), _cut(mean_high)
            if row["kind"] == "observed":
                row[share] = row[part] / row[whole]
                continue
            if not 0 <= mean <= 1:
                raise DatafootprintError(
                    f"projection, year {row['year']}: the line gives {share} = {mean:.3f}, outside "
                    "[0, 1]; lower projection.until or add observed years to usage.counts."
                )
            row[share], row[f"{share}_low"], row[f"{share}_high"] = mean, _cut(low), _cut(high)
            if whole == "accepted":
                row[part] = mean * row["accepted"]
                row[f"{part}_low"] = _cut(low) * row["accepted"]
                row[f"{part}_high"] = _cut(high) * row["accepted"]
    return projected


def fit_line(
    years: Sequence[int], shares: Sequence[float], at: Sequence[int], confidence: float
) -> list[list[float]]:
    """Fit ``share = a + b * year`` by ordinary least squares.

    Returns
    -------
    list of lists of five floats
        For each year of `at`: mean, lower and upper confidence bound of the mean, lower and upper
        prediction bound (`statsmodels` `get_prediction`).
    """
    centre = np.mean(years)

    def design(values: Sequence[int]) -> NDArray[np.float64]:
        return np.column_stack([np.ones(len(values)), np.asarray(values) - centre])

    prediction = OLS(np.asarray(shares), design(years)).fit().get_prediction(design(at))
    columns = ["mean", "mean_ci_lower", "mean_ci_upper", "obs_ci_lower", "obs_ci_upper"]
    lines: list[list[float]] = (
        prediction.summary_frame(alpha=1 - confidence)[columns].to_numpy().tolist()
    )
    return lines


def _cut(share: float) -> float:
    return min(max(share, 0.0), 1.0)
