"""The audited papers as a CSV that a person may open in a spreadsheet."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row, parse_rows, read_text, write_rows


def write_sample(rows: Iterable[Mapping[str, Any]], path: str | Path) -> None:
    """Write the sample so that it comes back from a spreadsheet as it was."""
    write_rows(rows, path, "audit_sample", guard_identifiers=True)


def read_sample(path: str | Path) -> list[Row]:
    """Read a sample back, labelled or not.

    Raises
    ------
    DatafootprintError
        As `tables.read_rows`, or if a paper stands in it twice.
    """
    text = read_text(path)
    first = text.partition("\n")[0]
    # Spreadsheets of half the world write semicolons.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = parse_rows(text, "audit_sample", path, delimiter)
    positions: dict[tuple[str, int], int] = {}
    for row in rows:
        first_position = positions.setdefault((row["paper_id"], row["year"]), row["position"])
        if first_position != row["position"]:
            raise DatafootprintError(
                f"{path}: paper {row['paper_id']} of {row['year']} stands at positions "
                f"{first_position} and {row['position']}; keep one."
            )
    return rows
