"""Files that several processes share: written whole or not at all, and locks."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from datafootprint.errors import DatafootprintError

log = logging.getLogger(__name__)


def write_atomically(path: str | Path, content: str | bytes, durable: bool = True) -> None:
    """Write `content` through a temporary file in the same folder, which is made if it is missing.

    `durable` waits until the file is on the disk; without it a power failure may damage the file.
    """
    with open_atomically(path, durable) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def open_atomically(path: str | Path, durable: bool = True) -> Iterator[BinaryIO]:
    """Open a temporary file that replaces `path` when the block ends without an exception."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    try:
        with temporary.open("xb") as stream:
            yield stream
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno and not error.filename:
            error.filename = str(path)  # a write that fails does not say where
        raise


@contextmanager
def readable(path: str | Path) -> Iterator[None]:
    """Say in a sentence why the text file `path` cannot be read."""
    try:
        yield
    except FileNotFoundError:
        folder = Path(path).parent.resolve()
        raise DatafootprintError(f"{path}: there is no such file in {folder}.") from None
    except UnicodeDecodeError:
        raise DatafootprintError(f"{path}: not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise DatafootprintError(f"{path}: cannot be read: {error.strerror}.") from None


@contextmanager
def locked(path: str | Path, task: str) -> Iterator[None]:
    """Be the only process that does `task`; wait for another one to end.

    The lock ends with the process that holds it, however that ends.
    """
    # Imported here, since with conda the Snakefile sees only Snakemake's packages.
    from filelock import FileLock, SoftFileLock, Timeout

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    with warnings.catch_warnings(action="ignore"):
        try:
            lock.acquire(blocking=False)
        except Timeout:
            log.info("Another process works on %s (%s); waiting for it.", task, path)
            lock.acquire()
    if isinstance(lock, SoftFileLock):
        log.warning(
            "%s: this file system has no locks, so only one machine may use the folder; for jobs "
            "on several machines put it on a file system with locks (Lustre: mount with -o flock).",
            path.parent,
        )
    try:
        yield
    finally:
        lock.release()
