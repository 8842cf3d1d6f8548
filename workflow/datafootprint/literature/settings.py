"""The section `literature` of the configuration, checked before anything runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.literature.literature_tables import Publications
from datafootprint.literature.services import SERVICES, publication_table
from datafootprint.tables import read_table


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
        read_table(publication_table(other, str(published)), Publications)
    if source in SERVICES:
        return
    have = list(read_table(publication_table(source, str(published)), Publications)["year"])
    for year in years:
        if year not in have:
            raise DatafootprintError(
                f"config: literature.source is {source!r}, which has no row for {year}; it has "
                f"{', '.join(map(str, have)) or 'no rows'}. Add the year or change "
                "projection.until."
            )
