"""Files that several processes share: written whole or not at all, and locks."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

log = logging.getLogger(__name__)


def write_atomically(path: str | Path, content: str | bytes, durable: bool = True) -> None:
    """Write `content` to `path` through a temporary file in the same folder.

    Parameters
    ----------
    path : str or Path
        Where the file shall stand; missing parent folders are made.
    content : str or bytes
        Text is written as UTF-8 with the line ends it has.
    durable : bool
        Wait until the file is on the disk; without it a power failure may damage the file.
    """
    with open_atomically(path, durable) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def open_atomically(path: str | Path, durable: bool = True) -> Iterator[BinaryIO]:
    """Open a temporary file that replaces `path` when the block ends without an exception.

    It is called `.<name>.part`, so that what a killed process left is overwritten by the next one
    that writes the same file. Processes that write the same file at once do so in turn.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with _open_alone(temporary) as stream:
            try:
                yield stream
                stream.flush()
                if durable:
                    os.fsync(stream.fileno())
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        if error.errno and not error.filename:
            # A write that fails does not say where.
            error.filename = str(path)
        raise


def _open_alone(path: Path) -> BinaryIO:
    """Open a file, empty, that no other process has opened in this way.

    The lock ends with the process that holds it, however that ends.
    """
    while True:
        stream = path.open("ab")
        # Not `flock`, which workers would inherit and hold when the process is gone.
        fcntl.lockf(stream, fcntl.LOCK_EX)
        # While this process waited, another one may have given the file its final name.
        if _is_at(stream, path):
            stream.truncate(0)
            return stream
        stream.close()


def _is_at(stream: BinaryIO, path: Path) -> bool:
    try:
        return path.stat().st_ino == os.fstat(stream.fileno()).st_ino
    except FileNotFoundError:
        return False


@contextmanager
def locked(path: str | Path, task: str) -> Iterator[None]:
    """Be the only process that does `task`; wait for another one to end.

    Parameters
    ----------
    path : str or Path
        The lock file. The lock ends with the process that holds it, however that ends.
    task : str
        What is done, for the line that announces a wait.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("Another process works on %s (%s); waiting for it.", task, path)
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
