"""The yearly shares that are continued, and the counts they are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row
from datafootprint.usage.counts import LIVE

#: Shares and the counts they are made of: name -> (numerator, denominator).
SHARES = {
    "mentioning_share": ("mentioning", "accepted"),
    "trained_share": ("trained", "accepted"),
    "trained_share_of_mentioning": ("trained", "mentioning"),
}


@dataclass(frozen=True)
class Sample:
    """Papers counted a year: `part` of `whole` have the property.

    Attributes
    ----------
    years : tuple of int
        Calendar years, ascending.
    parts, wholes : tuple of float
        Papers; 0 <= part <= whole, whole > 0.
    """

    years: tuple[int, ...]
    parts: tuple[float, ...]
    wholes: tuple[float, ...]

    @property
    def shares(self) -> list[float]:
        """Observed share of each year."""
        return [part / whole for part, whole in zip(self.parts, self.wholes, strict=True)]

    def until(self, year: int) -> "Sample":
        """Return the sample up to and including `year`."""
        number = sum(value <= year for value in self.years)
        return Sample(self.years[:number], self.parts[:number], self.wholes[:number])


def observed_rows(counts: Sequence[Row]) -> list[Row]:
    """Return the years whose papers were counted.

    Raises
    ------
    DatafootprintError
        If no year is observed, or an observed year has no paper to divide by.
    """
    observed = [row for row in counts if row["mentioning"] is not None]
    if not observed:
        raise DatafootprintError(
            "usage counts: no year is observed; add years with mentioning and trained papers to "
            "usage.counts."
        )
    for row in observed:
        if not row["accepted"] or not row["mentioning"]:
            remedy = (
                f"take {row['year']} out of papers.years"
                if row.get("source") == LIVE
                else "leave mentioning and trained empty"
            )
            raise DatafootprintError(
                f"usage counts, year {row['year']}: no paper is accepted or none mentions the "
                f"dataset, so its shares are not defined; {remedy}."
            )
    return sorted(observed, key=lambda row: int(row["year"]))


def sample_of(share: str, observed: Sequence[Row]) -> Sample:
    """Return numerators and denominators of `share` in the observed years."""
    part, whole = SHARES[share]
    return Sample(
        tuple(row["year"] for row in observed),
        tuple(float(row[part]) for row in observed),
        tuple(float(row[whole]) for row in observed),
    )
