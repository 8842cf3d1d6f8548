"""What pydantic models check: records (JSON Lines files), and the answers of services.

A model is a class derived from `Record`, in the module `<stage>_records` of the stage that writes
the file. Records are for what has lists in it; everything else is a table.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from datafootprint.errors import DatafootprintError
from datafootprint.files import open_atomically, readable


class Record(BaseModel):
    """One line of a JSON Lines file; `key` names the fields that tell it from the others."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)
    key: ClassVar[tuple[str, ...]] = ("paper_id",)

    def key_values(self) -> tuple[Any, ...]:
        """Return the values of the key, by which files are sorted."""
        return tuple(getattr(self, name) for name in self.key)

    def named(self) -> str:
        """Return the key in words, for errors."""
        return ", ".join(f"{name} {getattr(self, name)}" for name in self.key)


R = TypeVar("R", bound=Record)
T = TypeVar("T")


def iter_records(paths: str | Path | Iterable[str | Path], model: type[R]) -> Iterator[R]:
    """Read one file or several, one record in memory at a time, in the order of the files.

    Raises
    ------
    DatafootprintError
        If a file is missing, or a line breaks the model or repeats a key of its file. The sentence
        names file and line.
    """
    for path in [paths] if isinstance(paths, str | Path) else paths:
        yield from _in_file(path, model)


def read_records(paths: str | Path | Iterable[str | Path], model: type[R]) -> list[R]:
    """Read one file or several, each sorted by key; raises as `iter_records` does."""
    found: list[R] = []
    for path in [paths] if isinstance(paths, str | Path) else paths:
        found += sorted(iter_records(path, model), key=model.key_values)
    return found


def write_records(records: Iterable[R], path: str | Path, in_order: bool = False) -> None:
    """Write records as JSON Lines, sorted by key, atomically.

    With `in_order` they come in the order of the key already, and are written one by one.
    """
    last: tuple[Any, ...] | None = None
    with open_atomically(path) as stream:
        for record in (
            records if in_order else sorted(records, key=lambda record: record.key_values())
        ):
            key = record.key_values()
            if last is not None and key <= last:
                fault = "occurs twice" if key == last else "is not in order"
                raise DatafootprintError(f"{path}: {record.named()} {fault}.")
            last = key
            line = json.dumps(record.model_dump(mode="json"), ensure_ascii=False)
            stream.write(f"{line}\n".encode())


def in_form(answer: Any, form: TypeAdapter[T], service: str) -> T:
    """Return an answer as its form describes it; refuse one of another form."""
    try:
        return form.validate_python(answer)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the answer"
        raise DatafootprintError(
            f"{service}: the answer has another form than this version of the workflow knows: "
            f"{where} is {str(first['input'])[:200]!r}. {first['msg']}."
        ) from None


def _in_file(path: str | Path, model: type[R]) -> Iterator[R]:
    seen = set()
    # Only a line feed ends a line: JSON may hold other separators of Unicode.
    with readable(path), Path(path).open(encoding="utf-8-sig", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            where = f"{path}, line {number}"
            try:
                record = model.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                fault = ": ".join(filter(None, [".".join(map(str, first["loc"])), first["msg"]]))
                raise DatafootprintError(f"{where}: {fault}.") from None
            key = record.key_values()
            if key in seen:
                raise DatafootprintError(f"{where}: {record.named()} occurs twice.")
            seen.add(key)
            yield record
