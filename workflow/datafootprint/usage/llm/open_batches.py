"""Batches whose answers are not all in the cache yet.

`<cache_dir>/llm/batches/<name>.json` notes a batch and the terms it was sent on; `<name>.jsonl` is
the file of its requests, as the server gets it. Both are written before anything is sent and stay
until the answers are in the cache. The name is also that of the batch's reservation in the ledger,
and the server keeps it with the batch: whenever a run is killed, the next one finds what became of
it.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from datafootprint.errors import DatafootprintError
from datafootprint.files import open_atomically, write_atomically
from datafootprint.usage.llm.prompt import Message
from datafootprint.usage.llm.settings import Settings


class OpenBatch(BaseModel):
    """The note of a batch.

    Attributes
    ----------
    server : str
        Where it was sent.
    batch : str or None
        What the server calls it, once that is known.

    The others are what the configuration said when it was sent.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    server: str
    batch: str | None
    model: str
    max_output_tokens: int
    input_usd_per_million_tokens: float
    output_usd_per_million_tokens: float
    batch_price_factor: float

    @classmethod
    def under(cls, settings: Settings, batch: str | None) -> "OpenBatch":
        """Return the note of a batch that is sent under these settings."""
        return cls(
            server=settings.server,
            batch=batch,
            model=settings.model,
            max_output_tokens=settings.max_output_tokens,
            input_usd_per_million_tokens=settings.input_usd_per_million_tokens,
            output_usd_per_million_tokens=settings.output_usd_per_million_tokens,
            batch_price_factor=settings.batch_price_factor,
        )

    def known_as(self, batch: str | None) -> "OpenBatch":
        """Return the note with what the server calls the batch."""
        return self.model_copy(update={"batch": batch})

    def terms(self, settings: Settings) -> Settings:
        """Return the settings with what they said when the batch was sent."""
        return replace(settings, **self.model_dump(exclude={"server", "batch"}))


class OpenBatches:
    """The notes under `<cache_dir>/llm/batches`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "batches"

    def path(self, name: str) -> Path:
        """Return where the note of a batch lies."""
        return self._folder / f"{name}.json"

    def requests(self, name: str) -> Path:
        """Return where the requests of a batch lie."""
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
            raise self._unreadable(name) from None

    def write(self, name: str, note: OpenBatch) -> None:
        """Write or replace the note of a batch."""
        write_atomically(self.path(name), note.model_dump_json(indent=1) + "\n")

    def write_requests(self, name: str, lines: Iterable[bytes]) -> None:
        """Write the requests of a batch, one line in memory at a time."""
        with open_atomically(self.requests(name)) as stream:
            stream.writelines(lines)

    def sent(self, name: str) -> "SentRequests":
        """Open the requests of a batch.

        Raises
        ------
        DatafootprintError
            If they cannot be read.
        """
        try:
            return SentRequests(self.requests(name))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            raise self._unreadable(name) from None

    def drop(self, name: str) -> None:
        """Forget a batch: its answers are in the cache, or there never will be any."""
        self.path(name).unlink(missing_ok=True)
        self.requests(name).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete what killed runs left, where no batch is noted."""
        for path in self._folder.glob("*"):
            if path.is_file():
                path.unlink()

    def _unreadable(self, name: str) -> DatafootprintError:
        return DatafootprintError(
            f"{self.path(name)}: this note of a batch, or the file of requests beside it, is "
            "damaged or of an earlier version; delete it and run again: with the same papers and "
            "settings the batch is found at the server, but for one of an earlier version, whose "
            "requests are sent and paid for anew."
        )


class SentRequests:
    """The requests of a batch, looked up in their file so that they are not held in memory."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("rb")
        self._starts: dict[str, int] = {}
        start = 0
        try:
            for line in self._stream:
                self._starts[json.loads(line)["custom_id"]] = start
                start += len(line)
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> "SentRequests":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __contains__(self, key: str) -> bool:
        return key in self._starts

    def messages(self, key: str) -> list[Message]:
        """Return the messages of a request."""
        self._stream.seek(self._starts[key])
        messages: list[Message] = json.loads(self._stream.readline())["body"]["messages"]
        return messages


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
