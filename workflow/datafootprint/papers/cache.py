"""What the papers keep for good in the cache, apart from the workflow's outputs."""

from pathlib import Path

from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically


def store(path: Path, content: bytes, durable: bool = True) -> None:
    """Write a file of the cache as `write_atomically` does.

    Raises
    ------
    DatafootprintError
        If the cache cannot be written.
    """
    try:
        write_atomically(path, content, durable)
    except OSError as error:
        raise DatafootprintError(
            f"{path}: cannot be written ({error.strerror}); papers.cache_dir needs a folder with "
            "room that may be written."
        ) from None


def lock_path(cache_dir: str | Path, task: str) -> Path:
    """Return the lock of a task that one process at a time may do with this cache."""
    return Path(cache_dir) / "locks" / f"{task.replace(' ', '-')}.lock"
