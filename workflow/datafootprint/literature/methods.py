"""The ways in which a yearly share of one venue is applied to the literature."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Method:
    """How the share of a year is chosen.

    Attributes
    ----------
    share : str
        Column of the projection: `trained_share` (of accepted papers) or
        `trained_share_of_mentioning`.
    decimals : int or None
        Decimals to which the share is rounded; None for no rounding.
    years_reversed : bool
        Whether the series of shares is applied back to front.
    summary : str
        The method in words.
    """

    share: str
    decimals: int | None
    years_reversed: bool
    summary: str

    def applied(self, shares: Any) -> Any:
        """Return the shares that meet the publications of each year.

        Parameters
        ----------
        shares : array
            The first axis is the years of the estimate, in order and without a gap.
        """
        values = np.asarray(shares)[:: -1 if self.years_reversed else 1]
        return values if self.decimals is None else np.round(values, self.decimals)


METHODS = {
    "as_published": Method(
        "trained_share",
        3,
        True,
        "The paper's arithmetic, applied to the inputs of this run: the share of accepted papers, "
        "rounded to three decimals, with the years back to front.",
    ),
    "year_aligned": Method(
        "trained_share",
        3,
        False,
        "The same share with each year's own publications: the order of the years is fixed, the "
        "population is not.",
    ),
    "as_described": Method(
        "trained_share_of_mentioning",
        None,
        False,
        "What the text of the paper says: the share of papers that mention the dataset, applied to "
        "publications that mention it, year by year.",
    ),
}
