"""The audited papers as a CSV that a person may open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.tables import Row, check_rows, format_csv, load_schema

FORMULA_SIGNS = "=+-@\t\r\n＝＋－＠"
"""A cell that begins with one of these is a formula to a spreadsheet (OWASP, CSV injection)."""


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
        If the file is missing or no CSV of this kind; the sentence names line and column.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DatafootprintError(f"{path}: there is no such file.") from None
    except UnicodeDecodeError:
        raise DatafootprintError(f"{path}: not UTF-8 text; save it as UTF-8.") from None
    properties = load_schema("audit_sample")["properties"]
    first = text.partition("\n")[0]
    # Spreadsheets of half the world write semicolons.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = list(reader.fieldnames or [])
    except csv.Error as error:
        raise DatafootprintError(f"{path}, line {reader.line_num}: {error}.") from None
    missing = [column for column in properties if column not in header]
    if missing:
        raise DatafootprintError(
            f"{path}: column {missing[0]!r} is missing; it is to have the columns of the sample, "
            f"{', '.join(properties)}."
        )
    rows = []
    try:
        for cells in reader:
            row: Row = {column: unguard(cells[column] or "") or None for column in properties}
            row["title"] = row["title"] or ""
            for column in ("year", "position"):
                row[column] = int(row[column])
            rows.append(row)
    except csv.Error as error:
        raise DatafootprintError(f"{path}, line {reader.line_num}: {error}.") from None
    except (TypeError, ValueError):
        raise DatafootprintError(
            f"{path}, line {reader.line_num}: year and position must be whole numbers."
        ) from None
    return check_rows(rows, "audit_sample", path)


def guard(value: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] and text[0] in FORMULA_SIGNS else text


def unguard(cell: str) -> str:
    """Undo `guard`."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in FORMULA_SIGNS else cell
