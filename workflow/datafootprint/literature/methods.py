"""The ways in which a yearly share of one venue is applied to the literature."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Method:
    """How the share of a year is chosen.

    `share` is a column of the projection, `decimals` those to which it is rounded.
    `years_reversed`: the series of shares is applied back to front. `is_observed`: what a run is
    (variant, runs per paper, epochs, hardware) is what the papers report, not what is configured.
    """

    share: str
    decimals: int | None
    years_reversed: bool
    summary: str
    is_observed: bool = False

    def applied(self, shares: Any) -> Any:
        """Return the shares that meet each year's publications; the first axis is the years."""
        import numpy as np

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
        "The share of accepted papers with each year's own publications: the order of the years is "
        "right, the population is not.",
    ),
    "as_described": Method(
        "trained_share_of_mentioning",
        None,
        False,
        "What the text of the paper says: the share of papers that mention the dataset, applied to "
        "publications that mention it, year by year.",
    ),
    "as_observed": Method(
        "trained_share_of_mentioning",
        None,
        False,
        "The same share, and a run as the papers that were read report it: how many of the papers "
        "trained on the whole dataset, how often, for how many epochs and on which hardware, year "
        "by year, if their practice is that of the literature.",
        is_observed=True,
    ),
}
