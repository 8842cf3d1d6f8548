"""Batches whose answers are not all in the cache yet.

`<cache_dir>/llm/batches/<name>.json` notes a batch and the settings it was sent with, from before
it is sent until its answers are in the cache. Ledger and server know it by the same name, so that a
later run finds it, whenever this one is killed.
"""

from pathlib import Path

from pydantic import BaseModel

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically


class OpenBatch(BaseModel):
    """The note of a batch: what the server calls it, if that is known, and its settings."""

    batch: str | None
    settings: LanguageModel


class OpenBatches:
    """The notes under `<cache_dir>/llm/batches`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "batches"

    def path(self, name: str) -> Path:
        """Return where the note of a batch is."""
        return self._folder / f"{name}.json"

    def names(self) -> list[str]:
        """Return the names of all batches noted."""
        return sorted(path.stem for path in self._folder.glob("*.json"))

    def read(self, name: str) -> OpenBatch:
        """Return the note of a batch; an error if it cannot be read."""
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

    def drop(self, name: str) -> None:
        """Forget a batch: its answers are in the cache, or there never will be any."""
        self.path(name).unlink(missing_ok=True)


def stop_if_open(folder: Path) -> None:
    """Raise if `<cache_dir>/llm` has an open batch, whose papers would be paid for again."""
    batches = OpenBatches(folder)
    for name in batches.names():
        raise DatafootprintError(
            f"{batches.path(name)}: a batch is open and its papers would be paid for twice; set "
            "usage.llm.batch to true and run again, which collects its answers, or delete this "
            "file to give them up."
        )
