"""Batches whose answers are not all in the cache yet.

`<cache_dir>/llm/batches/<name>.json` notes a batch and the settings it was sent with;
`<name>.jsonl` is the file of its requests, as the server gets it. Both are written before anything
is sent and stay until the answers are in the cache. The batch has its name in the ledger and at the
server too, so that a later run finds it, whenever this one is killed.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel

from datafootprint.errors import DatafootprintError
from datafootprint.files import open_atomically, write_atomically
from datafootprint.usage.llm.llm_settings import Settings
from datafootprint.usage.llm.prompt import Message


class OpenBatch(BaseModel):
    """The note of a batch: what the server calls it, if that is known, and its settings."""

    batch: str | None
    settings: Settings


class OpenBatches:
    """The notes under `<cache_dir>/llm/batches`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "batches"

    def path(self, name: str) -> Path:
        """Return where the note of a batch is."""
        return self._folder / f"{name}.json"

    def file(self, name: str) -> Path:
        """Return where the requests of a batch are."""
        return self._folder / f"{name}.jsonl"

    def names(self) -> list[str]:
        """Return the names of all batches noted."""
        return sorted(path.stem for path in self._folder.glob("*.json"))

    def read(self, name: str) -> OpenBatch:
        """Return the note of a batch.

        Raises
        ------
        DatafootprintError
            If it cannot be read.
        """
        try:
            return OpenBatch.model_validate_json(self.path(name).read_bytes())
        except ValueError:
            raise DatafootprintError(
                f"{self.path(name)}: this note of a batch is damaged or of an earlier version; "
                "delete it and run again, which sends its requests, and pays for them, again."
            ) from None

    def write(self, name: str, note: OpenBatch) -> None:
        """Write or replace the note of a batch."""
        write_atomically(self.path(name), note.model_dump_json(indent=1) + "\n")

    def write_requests(self, name: str, lines: Iterable[bytes]) -> None:
        """Write the requests of a batch, one line in memory at a time."""
        with open_atomically(self.file(name)) as stream:
            stream.writelines(lines)

    def messages(self, name: str) -> dict[str, list[Message]]:
        """Return the messages of the requests of a batch, by their keys."""
        with self.file(name).open(encoding="utf-8") as stream:
            lines = map(json.loads, stream)
            return {line["custom_id"]: line["body"]["messages"] for line in lines}

    def drop(self, name: str) -> None:
        """Forget a batch: its answers are in the cache, or there never will be any."""
        self.path(name).unlink(missing_ok=True)
        self.file(name).unlink(missing_ok=True)


def stop_if_open(folder: Path) -> None:
    """Raise if a batch is open, whose papers would be paid for again one by one.

    Parameters
    ----------
    folder : Path
        `<cache_dir>/llm`.
    """
    batches = OpenBatches(folder)
    for name in batches.names():
        raise DatafootprintError(
            f"{batches.path(name)}: a batch is open and its papers would be paid for twice; set "
            "usage.llm.batch to true and run again, which collects its answers, or delete this "
            "file to give them up."
        )
