"""Writing files so that a reader sees the whole new file or the whole old one."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_atomically(path: str | Path, content: str | bytes) -> None:
    """Write `content` to `path` through a temporary file in the same folder.

    Parameters
    ----------
    path : str or Path
        Where the file shall stand; missing parent folders are made.
    content : str or bytes
        Text is written as UTF-8 with the line ends it has.
    """
    with open_atomically(path) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def open_atomically(path: str | Path) -> Iterator[BinaryIO]:
    """Open a temporary file that replaces `path` when the block ends without an exception."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException as error:
        if isinstance(error, OSError) and error.errno:
            # A write that fails does not say where.
            error.filename = str(path)
        Path(temporary).unlink(missing_ok=True)
        raise
