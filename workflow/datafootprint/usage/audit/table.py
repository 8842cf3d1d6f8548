"""The audited papers as a CSV that a person may open in a spreadsheet."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.tables import (
    Row,
    check_rows,
    format_csv,
    load_schema,
    parse_rows,
    read_text,
)

FORMULA = re.compile(r"'*[-+=@\t\r\n＝＋－＠]")
"""What begins so is a formula to a spreadsheet, an identifier too (OWASP, CSV injection)."""


def write_sample(rows: Iterable[Mapping[str, Any]], path: str | Path) -> None:
    """Write the sample, cells that would be formulas led by an apostrophe."""
    columns = list(load_schema("audit_sample")["properties"])
    checked = check_rows(rows, "audit_sample", path)
    cells = [[guard(row.get(column)) for column in columns] for row in checked]
    write_atomically(path, format_csv([columns, *cells]))


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


def guard(value: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula; `tables.unguard` undoes it."""
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) else text
