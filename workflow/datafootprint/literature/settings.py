"""The section `literature` of the configuration, checked before anything runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import read_rows
from datafootprint.literature.sources import SERVICES, publication_table


def check_publications(
    literature: Mapping[str, Any], years: Sequence[int], published: Path
) -> None:
    """Refuse a source of publications that cannot serve all years.

    Parameters
    ----------
    literature : mapping
        The section of this name.
    years : sequence of int
        Years of the estimate.
    published : Path
        The folder with the published counts.

    Raises
    ------
    DatafootprintError
        If a table is missing or bad or lacks a year, or a source is compared with itself.
    """
    source, other = literature["source"], literature["compare_with"]
    if other == source:
        raise DatafootprintError(
            f"config: literature.compare_with is {other!r}, as literature.source is; name another "
            "source, or null to compare nothing."
        )
    if other is not None and other not in SERVICES:
        read_rows(publication_table(other, str(published)), "publications")
    if source in SERVICES:
        return
    have = {
        row["year"] for row in read_rows(publication_table(source, str(published)), "publications")
    }
    for year in years:
        if year not in have:
            years_there = ", ".join(map(str, sorted(have))) or "no rows"
            raise DatafootprintError(
                f"config: literature.source is {source!r}, which has no row for {year}; "
                f"it has {years_there}. Add the year or change "
                "projection.until."
            )
