"""Reading and writing the tables of the workflow, each against its schema.

A table is a CSV file with one observation a row. Its schema
(`workflow/schemas/tables/<name>.schema.yaml`) is a JSON Schema of one row, whose `properties` give
the order of the columns, with one more key: `primaryKey`, the columns that name a row and sort the
table. Numbers are written with 15 significant digits, which keeps every digit that means something
and leaves out the last bit that differs between processors.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import yaml

from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically

#: Characters of a whole number; longer ones mean nothing and cost time.
LONGEST_NUMBER = 300
SCHEMAS = Path(__file__).parents[1] / "schemas" / "tables"
#: Text that a spreadsheet would run. It is written behind an apostrophe, which reading takes off.
#: The wide forms count in spreadsheets of East Asia (OWASP, CSV injection).
FORMULA = re.compile(r"'*[-+=@\t\r\n＝＠＋－]")
#: A bare identifier such as -Aw0rrrPUF, which is a formula that does no harm.
IDENTIFIER = re.compile(r"[+-][\w.-]*")
_GUARDED = re.compile(r"'+[-+=@\t\r\n＝＠＋－]")
_NO_TEXT = re.compile("[\ud800-\udfff]")
#: pandas writes 120.0 where a column also has empty cells.
_WHOLE_NUMBER = re.compile(r"([+-]?[0-9]+)(?:\.0*)?")
#: Python also reads 1_000 and digits of every script.
NUMBER = re.compile(
    r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(nan|inf(inity)?)", re.I
)

Row = dict[str, Any]


@cache
def load_schema(name: str) -> dict[str, Any]:
    """Return the schema of the table called `name`."""
    path = SCHEMAS / f"{name}.schema.yaml"
    schema: dict[str, Any] = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return schema


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(load_schema(name))


def _fault(row: Row, validator: jsonschema_rs.Draft202012Validator) -> str | None:
    """Say what is wrong with a row, None if nothing is."""
    try:
        if validator.is_valid(row):
            return None
        error = min(validator.iter_errors(row), key=lambda error: len(error.instance_path))
    except UnicodeEncodeError:
        return "half a pair of surrogates, which is no text of UTF-8"
    column = ".".join(map(str, error.instance_path)) or "row"
    if error.kind.name == "enum":
        options = error.kind.as_dict()["options"]
        allowed = ", ".join("empty" if option is None else str(option) for option in options)
        return f"{column}: {error.instance!r} is not one of {allowed}"
    return f"{column}: {error.message}"


def read_rows(path: str | Path, name: str) -> list[Row]:
    """Read a CSV file and check it against the schema `name`.

    Parameters
    ----------
    path : str or Path
        The file; UTF-8, with or without a byte order mark, any line ends.
    name : str
        The table's schema.

    Returns
    -------
    list of dict
        The rows in the order of the primary key, values typed as the schema says, empty cells None.

    Raises
    ------
    DatafootprintError
        If the file is missing, is not text, lacks a column, has an unknown one, or a row breaks
        the schema or repeats a key. The sentence names file, line and column.
    """
    return parse_rows(read_text(path), name, path)


def read_text(path: str | Path) -> str:
    """Read a file of UTF-8, with or without a byte order mark.

    Raises
    ------
    DatafootprintError
        If the file is missing, cannot be read or is not text.
    """
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DatafootprintError(f"{path}: there is no such file.") from None
    except UnicodeDecodeError:
        raise DatafootprintError(f"{path}: not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise DatafootprintError(f"{path}: cannot be read: {error.strerror}.") from None


def parse_rows(text: str, name: str, path: str | Path, delimiter: str = ",") -> list[Row]:
    """Return the rows of a CSV text as `read_rows` does; `path` is named in sentences."""
    schema = load_schema(name)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = list(reader.fieldnames or [])
        _check_header(header, schema, path)
        rows = []
        for cells in reader:
            if None in cells or None in cells.values():
                raise DatafootprintError(
                    f"{path}, line {reader.line_num}: expected {len(header)} cells."
                )
            rows.append(
                {column: _typed(cells[column], schema["properties"][column]) for column in header}
            )
    except csv.Error as error:
        raise DatafootprintError(f"{path}, line {reader.line_num + 1}: {error}.") from None
    return check_rows(rows, name, path)


def check_rows(rows: Iterable[Mapping[str, Any]], name: str, where: str | Path) -> list[Row]:
    """Check rows against the schema `name` and sort them by its primary key.

    Raises
    ------
    DatafootprintError
        If a row breaks the schema or two rows share a key; `where` is named in the sentence.
    """
    schema = load_schema(name)
    return sorted(iter_checked(rows, name, where), key=lambda row: _sort_key(row, schema))


def iter_checked(rows: Iterable[Mapping[str, Any]], name: str, where: str | Path) -> Iterator[Row]:
    """Check rows as `check_rows` does, one at a time and in the order in which they come."""
    key_columns = load_schema(name)["primaryKey"]
    validator = _validator(name)
    keys: set[tuple[Any, ...]] = set()
    for row in rows:
        row = dict(row)
        for column, value in row.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise DatafootprintError(f"{where}: {column}: {value} is not a finite number.")
            if isinstance(value, str) and _NO_TEXT.search(value):
                raise DatafootprintError(f"{where}: {column}: {value!r} is no text of UTF-8.")
        key = tuple(row.get(column) for column in key_columns)
        if fault := _fault(row, validator):
            named = _named(key_columns, key)
            place = f"{where}, {named}" if named else where
            raise DatafootprintError(f"{place}: {fault[:500]}.")
        if key in keys:
            raise DatafootprintError(f"{where}: {_named(key_columns, key)} occurs twice.")
        keys.add(key)
        yield row


def _named(columns: Sequence[str], key: Sequence[Any]) -> str:
    """Say which row a key means; a key that is not a whole is called by what it has."""
    given = zip(columns, key, strict=True)
    return ", ".join(
        f"{column} {str(value)[:100]}" for column, value in given if value not in (None, "")
    )


def write_rows(
    rows: Iterable[Mapping[str, Any]],
    path: str | Path,
    name: str,
    guard_identifiers: bool = False,
) -> None:
    """Check rows against the schema `name` and write them as CSV, sorted, atomically.

    Parameters
    ----------
    rows, path, name
        As `check_rows`.
    guard_identifiers : bool
        As `csv_lines`.

    Raises
    ------
    DatafootprintError
        As `check_rows`; nothing is written then.
    """
    columns = list(load_schema(name)["properties"])
    values = [[row.get(column) for column in columns] for row in check_rows(rows, name, path)]
    write_atomically(path, "".join(csv_lines([columns, *values], guard_identifiers)))


def _check_header(header: list[str], schema: Mapping[str, Any], path: str | Path) -> None:
    known = list(schema["properties"])
    needed = ", ".join(schema["required"])
    if not header:
        raise DatafootprintError(f"{path}: the file is empty; it needs the columns {needed}.")
    if len(header) == 1 and ";" in header[0]:
        raise DatafootprintError(
            f"{path}: the cells are separated by semicolons; save it with commas."
        )
    for column in schema["required"]:
        if column not in header:
            optional = [column for column in known if column not in schema["required"]]
            more = f"; it may have {', '.join(optional)}" if optional else ""
            raise DatafootprintError(
                f"{path}: column {column!r} is missing; it needs {needed}{more}."
            )
    for column in header:
        if column not in known:
            raise DatafootprintError(
                f"{path}: unknown column {column[:100]!r}; the columns are {', '.join(known)}."
            )
        if header.count(column) > 1:
            raise DatafootprintError(f"{path}: column {column!r} occurs twice.")


def _typed(cell: str, column_schema: Mapping[str, Any]) -> Any:
    types = column_schema.get("type", "string")
    types = [types] if isinstance(types, str) else types
    cell = cell.strip()
    if cell == "" and "null" in types:
        return None
    if "integer" in types and len(cell) < LONGEST_NUMBER and (m := _WHOLE_NUMBER.fullmatch(cell)):
        return int(m[1])
    if "number" in types and NUMBER.fullmatch(cell):
        return float(cell)
    if "boolean" in types and cell in ("true", "false"):
        return cell == "true"
    return unguard(cell)


def csv_lines(rows: Iterable[Iterable[Any]], guard_identifiers: bool = False) -> Iterator[str]:
    """Yield each row of values as a line of CSV that ends with a line feed.

    Parameters
    ----------
    rows : iterable of iterables
        None is an empty cell. Text is written as no spreadsheet takes it for a formula.
    guard_identifiers : bool
        Also where it is a bare identifier that begins with a sign: a person who opens and saves
        the table in a spreadsheet would lose it.
    """
    # Python quotes a cell with a carriage return only where that ends a line.
    writer = csv.writer(SimpleNamespace(write=str), lineterminator="\r\n")
    for row in rows:
        line: str = writer.writerow([_cell(value, guard_identifiers) for value in row])
        yield line.removesuffix("\r\n") + "\n"


def guard(text: str, identifiers: bool = False) -> str:
    """Return a cell that no spreadsheet takes for a formula; bare identifiers only if asked."""
    if not FORMULA.match(text) or (not identifiers and IDENTIFIER.fullmatch(text)):
        return text
    return f"'{text}"


def unguard(cell: str) -> str:
    """Undo `guard`."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _cell(value: Any, guard_identifiers: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guard(value, guard_identifiers)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def _sort_key(row: Row, schema: Mapping[str, Any]) -> tuple[Any, ...]:
    key: list[Any] = []
    for column in schema["primaryKey"]:
        order = schema["properties"][column].get("enum")
        value = order.index(row[column]) if order else row.get(column)
        key += [value is None, value]
    return tuple(key)
