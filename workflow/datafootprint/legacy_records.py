"""Reading and writing tables whose rows hold lists, as JSON Lines, each against its schema.

The schema is that of a table (see `tables`): one JSON object a line, in the order of the primary
key, its keys in the order of the schema.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.files import open_atomically
from datafootprint.legacy_tables import Row, check_rows, iter_checked, load_schema


def read_records(path: str | Path, name: str) -> list[Row]:
    """Read a JSON Lines file and check it against the schema `name`.

    Returns
    -------
    list of dict
        The rows in the order of the primary key.

    Raises
    ------
    DatafootprintError
        If the file is missing, a line is not a JSON object, or a row breaks the schema or repeats
        a key. The sentence names file and line or row.
    """
    return check_rows(_parsed(path), name, path)


def iter_records(path: str | Path, name: str) -> Iterator[Row]:
    """Read and check as `read_records` does, one row at a time and in the order of the file."""
    return iter_checked(_parsed(path), name, path)


def iter_all_records(paths: Iterable[str | Path], name: str) -> Iterator[Row]:
    """Read and check several files as `iter_records` does, one after the other."""
    for path in paths:
        yield from iter_records(path, name)


def _parsed(path: str | Path) -> Iterator[Row]:
    try:
        # Only a line feed ends a line: JSON may hold other separators of Unicode.
        with Path(path).open(encoding="utf-8-sig", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _parsed_line(line, f"{path}, line {number}")
    except FileNotFoundError:
        raise DatafootprintError(f"{path}: there is no such file.") from None
    except UnicodeDecodeError:
        raise DatafootprintError(f"{path}: not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise DatafootprintError(f"{path}: cannot be read: {error.strerror}.") from None


def _parsed_line(line: str, where: str) -> Row:
    try:
        row: Any = json.loads(line, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", str(error))
        raise DatafootprintError(f"{where}: not JSON: {reason}.") from None
    if not isinstance(row, dict):
        raise DatafootprintError(f"{where}: not a JSON object.")
    return row


def write_records(rows: Iterable[Mapping[str, Any]], path: str | Path, name: str) -> None:
    """Check rows against the schema `name` and write them as JSON Lines, sorted, atomically.

    Raises
    ------
    DatafootprintError
        If a row breaks the schema or two rows share a key; nothing is written then.
    """
    columns = list(load_schema(name)["properties"])
    checked = check_rows(rows, name, path)
    with open_atomically(path) as stream:
        stream.writelines(_line(row, columns) for row in checked)


def write_sorted_records(rows: Iterable[Mapping[str, Any]], path: str | Path, name: str) -> None:
    """Write rows as they come, which is in the order of the primary key; holds one at a time.

    Raises
    ------
    DatafootprintError
        If a row breaks the schema or does not come after the one before; nothing is written then.
    """
    schema = load_schema(name)
    columns = list(schema["properties"])
    last: tuple[Any, ...] | None = None
    with open_atomically(path) as stream:
        for row in iter_checked(rows, name, path):
            key = tuple(row[column] for column in schema["primaryKey"])
            if last is not None and key <= last:
                raise DatafootprintError(f"{path}: {key} comes after {last}.")
            last = key
            stream.write(_line(row, columns))


def _line(row: Row, columns: Sequence[str]) -> bytes:
    ordered = {key: row[key] for key in columns if key in row}
    return (json.dumps(ordered, ensure_ascii=False) + "\n").encode()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found
