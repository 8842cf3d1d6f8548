"""Reading and writing tables: CSV files, as pandas DataFrames that a pandera model checks.

A model is a class derived from `Table`, in the module `<stage>_tables` of the stage that writes
the table. Its fields are the columns in their order, and the `key` sorts the table. Numbers are
written with 15 significant digits, which keeps every digit that means something and leaves out the
last bit that differs between processors.
"""

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.api.pandas.model_config import BaseConfig

from datafootprint.errors import DatafootprintError
from datafootprint.files import readable, write_atomically

#: No column of integers holds more; a larger count is a slip.
LARGEST_COUNT = 10**12
#: A text, such as the identifier -Aw0rrrPUF, that a spreadsheet takes for a formula.
_FORMULA = re.compile("'*[-+=@]")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
#: In a column of whole numbers 13.000 is 13 or 13,000.
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{3}")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")


class Table(pa.DataFrameModel):
    """A table; a field whose type is `X | None` is a column that a file may lack.

    Such a column may be empty, and so may one whose type has NA. Columns of a file that the model
    does not have are ignored. The `key` names a row. Types are converted by `read_table` and
    `check_table`, since pandera would cut 1.5 to 1.
    """

    def __init_subclass__(cls, key: Sequence[str] = (), **options: Any) -> None:
        """Make the key unique."""
        if key:
            unique = {"unique": list(key)}
            cls.Config = type("Config", (BaseConfig,), unique)
        super().__init_subclass__(**options)  # type: ignore[no-untyped-call]

    @classmethod
    def to_schema(cls) -> pa.DataFrameSchema:
        """Return the schema in pandera's words."""
        schema = super().to_schema()
        for column in schema.columns.values():
            column.nullable |= not column.required or str(column.dtype) in ("Int64", "boolean")
        return schema


def read_table(path: str | Path, model: type[Table], of_spreadsheet: bool = False) -> pd.DataFrame:
    """Read a CSV file of UTF-8 with the columns of its model, sorted by its key.

    An empty cell is NaN, or NA in a column of integers. A table that people fill in a spreadsheet
    may be separated by semicolons.

    Raises
    ------
    DatafootprintError
        If the file is missing, is no CSV, lacks a column, or a row breaks the model or repeats a
        key. The sentence names file, line and column.
    """
    schema = model.to_schema()
    header, rows, lines = _read_cells(path, schema, of_spreadsheet)
    cells = pd.DataFrame(rows, columns=header, index=lines, dtype=object)
    return _checked(cells, model, lambda line: f"{path}, line {line}")


def check_table(table: pd.DataFrame, model: type[Table], where: str | Path) -> pd.DataFrame:
    """Check a table against its model and sort it by its key; `where` is named in sentences."""
    key = list(model.to_schema().unique or [])

    def place(index: Any) -> str:
        row = table.iloc[index]
        named = [f"{column} {row[column]}" for column in key if column in table]
        return ", ".join([str(where), *named])

    return _checked(table.reset_index(drop=True), model, place)


def write_table(
    table: pd.DataFrame, path: str | Path, model: type[Table], for_spreadsheet: bool = False
) -> None:
    """Check a table against its model and write it as CSV, sorted, atomically, or not at all."""
    checked = check_table(table, model, path)
    write_atomically(path, csv_text([list(checked.columns), *rows_of(checked)], for_spreadsheet))


def table_of(rows: Iterable[Any], model: type[Table]) -> pd.DataFrame:
    """Make a DataFrame with the columns of `model` of rows (mappings or sequences), unchecked."""
    return pd.DataFrame(list(rows), columns=list(model.to_schema().columns))


def frame_of(records: Iterable[Any], fields: Sequence[str]) -> pd.DataFrame:
    """Make a DataFrame of some fields of records, one record in memory at a time."""
    rows = ([getattr(record, field) for field in fields] for record in records)
    return pd.DataFrame(rows, columns=list(fields))


def rows_of(table: pd.DataFrame) -> list[list[Any]]:
    """Return the rows of a table as lists of Python's own values, None for what is missing."""
    missing = table.isna().to_numpy()
    values = table.astype(object).to_numpy(copy=True)
    values[missing] = None
    rows: list[list[Any]] = values.tolist()
    return rows


def records_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dicts, None for what is missing (for templates and pages)."""
    return [dict(zip(table.columns, row, strict=True)) for row in rows_of(table)]


def csv_text(rows: Iterable[Iterable[Any]], for_spreadsheet: bool = False) -> str:
    """Write rows of values as CSV; None is empty.

    A spreadsheet that saves a table loses texts that it takes for formulas; for it they are written
    behind an apostrophe, which reading takes off.
    """
    lines: list[str] = []
    # Python quotes a cell with a carriage return only where that ends a line.
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator="\r\n")
    writer.writerows([_cell(value, for_spreadsheet) for value in row] for row in rows)
    return "".join(line.removesuffix("\r\n") + "\n" for line in lines)


def read_text(path: str | Path) -> str:
    """Read a text file of UTF-8, with or without a byte order mark."""
    with readable(path):
        content = Path(path).read_bytes()
        if content.startswith(b"PK\x03\x04"):
            raise DatafootprintError(
                f"{path}: this is a spreadsheet or an archive; save the table as CSV (UTF-8)."
            )
        return content.decode("utf-8-sig")


def _read_cells(
    path: str | Path, schema: pa.DataFrameSchema, of_spreadsheet: bool
) -> tuple[list[str], list[list[str]], list[int]]:
    """Return the header, the rows of text, and the line on which each row ends."""
    text = read_text(path)
    separator = max(",;" if of_spreadsheet else ",", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, lines = [], []
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, schema, path)
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                raise DatafootprintError(
                    f"{path}, line {reader.line_num}: there are {len(cells)} cells, but "
                    f"{len(header)} columns; put a text that holds a comma in double quotes."
                )
            cells = [cell.strip() for cell in cells]
            if of_spreadsheet:
                cells = [cell[1:] if re.match("'+[-+=@]", cell) else cell for cell in cells]
            rows.append(cells)
            lines.append(reader.line_num)
    except csv.Error as error:
        raise DatafootprintError(f"{path}, line {reader.line_num + 1}: {error}.") from None
    return header, rows, lines


def _check_header(header: list[str], schema: pa.DataFrameSchema, path: str | Path) -> None:
    required = [name for name, column in schema.columns.items() if column.required]
    needed = ", ".join(required)
    if not header:
        raise DatafootprintError(f"{path}: the file is empty; it needs the columns {needed}.")
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            raise DatafootprintError(
                f"{path}: the cells are separated by {name}; save it with commas."
            )
    for column in required:
        if column not in header:
            more = ", ".join(name for name in schema.columns if name not in required)
            may = f"; it may have {more}" if more else ""
            raise DatafootprintError(
                f"{path}: column {column!r} is missing; it needs {needed}{may}."
            )
    for column in schema.columns:
        if header.count(column) > 1:
            raise DatafootprintError(f"{path}: column {column!r} occurs twice.")


def _checked(table: pd.DataFrame, model: type[Table], place: Any) -> pd.DataFrame:
    """Convert, check and sort; `place(index)` names a row in sentences."""
    schema = model.to_schema()
    converted = {}
    for name, column in schema.columns.items():
        if name in table:
            given = table[name]
        elif not column.required:
            given = pd.Series(None, index=table.index, dtype=object)
        else:
            raise DatafootprintError(f"{name}: the column is missing in {model.__name__}.")
        converted[name] = _converted(given, str(column.dtype), column.nullable, place)
    frame = pd.DataFrame(converted, index=table.index)
    for name, column in schema.columns.items():
        # The checks alone: `schema.validate` takes twice as long.
        results = [check(frame[name]) for check in column.checks]
        wrong = [found.failure_cases.index for found in results if not found.check_passed]
        wrong += [] if column.nullable else [frame.index[frame[name].isna()]]
        for index in chain(*wrong):
            shown, allowed = _shown(frame.loc[index, name]), _allowed(column)
            raise DatafootprintError(f"{place(index)}: {name} is {shown}, but must be {allowed}.")
    key = list(schema.unique or [])
    for index in frame.index[frame.duplicated(key)] if key else ():
        given = frame.loc[index, key].dropna().items()
        values = ", ".join(f"{column} {value}" for column, value in given)
        raise DatafootprintError(f"{place(index)}: {values} occurs twice.")
    return _sorted(frame, schema)


def _converted(given: pd.Series, dtype: str, nullable: bool, place: Any) -> pd.Series:
    """Convert a column of text or of values to the type that its model names."""
    kind = "str" if dtype.startswith(("str", "object")) else dtype
    parse = _PARSERS[kind.lower()]
    # In a column of text that may be empty an empty text is a missing one.
    missing = "" if kind == "str" and not nullable else None
    values = []
    for index, cell, is_missing in zip(given.index, given.tolist(), given.isna(), strict=True):
        is_empty = is_missing or cell == ""
        if is_empty and kind not in ("bool", "int64"):
            values.append(missing)
            continue
        try:
            values.append(parse("" if is_empty else cell))
        except ValueError as error:
            sentence = f"{place(index)}: {given.name} is {_shown(cell)}, but must be {error}."
            raise DatafootprintError(sentence) from None
    return pd.Series(values, given.index, kind, given.name)


def _boolean(cell: Any) -> bool:
    found = {"true": True, "false": False}.get(cell, cell)
    if found not in (True, False):
        raise ValueError("true or false")
    return bool(found)


def _number(cell: Any, kind: str = "a finite number") -> float:
    if isinstance(cell, str) and not _NUMBER.fullmatch(cell):
        if _DECIMAL_COMMA.fullmatch(cell):
            kind = "written without a comma (thousands: 3704, decimals: 3.7)"
        raise ValueError(kind)
    if not math.isfinite(number := float(cell)):
        raise ValueError(kind)
    return number


def _whole(cell: Any) -> int:
    number = _number(cell, "a whole number")
    if isinstance(cell, str) and _THOUSANDS.fullmatch(cell):
        raise ValueError("written without a point (thousands: 3704)")
    if number % 1:
        raise ValueError("a whole number")
    if abs(number) > LARGEST_COUNT:
        raise ValueError(f"at most {LARGEST_COUNT}")
    return int(number)


_PARSERS: dict[str, Callable[[Any], Any]] = {
    **{"str": str, "float64": _number, "int64": _whole},
    **dict.fromkeys(("bool", "boolean"), _boolean),
}


def _shown(value: Any) -> str:
    if pd.isna(value) or value == "":
        return "empty"
    return repr(value.item() if isinstance(value, np.generic) else value)[:100]


def _allowed(column: Any) -> str:
    """Say in words what a cell of a column may be."""
    words = {
        "greater_than_or_equal_to": "at least {min_value}",
        "greater_than": "above {min_value}",
        "less_than_or_equal_to": "at most {max_value}",
        "less_than": "below {max_value}",
        "in_range": "from {min_value} to {max_value}",
        "str_matches": "of the form {pattern}",
        "str_length": "a text that is not empty",
    }
    said = []
    for check in column.checks:
        statistics = check.statistics or {}
        if check.name == "isin":
            said.append("one of " + ", ".join(map(str, statistics["allowed_values"])))
        else:
            said.append(words.get(check.name, check.error or str(check.name)).format(**statistics))
    return (" and ".join(said) or "given") + (" or empty" if column.nullable else "")


def _sorted(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Sort by the key; a key column with a list of allowed values sorts by that list."""
    key = list(schema.unique or [])
    if not key:
        return frame.reset_index(drop=True)

    def order(column: pd.Series) -> pd.Series:
        for check in schema.columns[str(column.name)].checks:
            if check.name == "isin":
                return column.map(list(check.statistics["allowed_values"]).index)
        return column

    return frame.sort_values(key, key=order, kind="stable", ignore_index=True)


def _cell(value: Any, for_spreadsheet: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if for_spreadsheet and _FORMULA.match(value) else value
    if isinstance(value, bool | np.bool_):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else str(value)
