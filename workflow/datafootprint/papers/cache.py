"""Files that are kept for good, apart from the workflow's outputs: written whole or not at all.

A file is written under `<cache_dir>/tmp` and moved to its place. What a killed process left there
is removed by the next job on the same machine.
"""

import contextlib
import itertools
import os
import socket
from pathlib import Path

from datafootprint.errors import DatafootprintError

_counter = itertools.count()


def store(cache_dir: str | Path, path: Path, content: bytes, durable: bool = True) -> None:
    """Write `content` to `path` in the cache.

    Parameters
    ----------
    cache_dir : str or Path
        The cache.
    path : Path
        Where the file shall stand, inside the cache.
    content : bytes
        The whole file.
    durable : bool
        Wait until the file is on the disk; without it a power failure may damage the file.

    Raises
    ------
    DatafootprintError
        If the cache cannot be written.
    """
    staging = Path(cache_dir) / "tmp"
    temporary = staging / f"{socket.gethostname()}.{os.getpid()}.{next(_counter)}"
    try:
        staging.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(content)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(path)
    except OSError as error:
        _remove(temporary)
        raise DatafootprintError(
            f"{path}: cannot be written ({error.strerror}); papers.cache_dir needs a folder with "
            "room that may be written."
        ) from None
    except BaseException:
        _remove(temporary)
        raise


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def lock_path(cache_dir: str | Path, task: str) -> Path:
    """Return the lock of a task that one process at a time may do with this cache."""
    return Path(cache_dir) / "locks" / f"{task.replace(' ', '-')}.lock"


def sweep(cache_dir: str | Path) -> None:
    """Remove what processes of this machine that no longer run left half written."""
    for path in (Path(cache_dir) / "tmp").glob(f"{socket.gethostname()}.*.*"):
        process = path.name.rsplit(".", 2)[1]
        try:
            os.kill(int(process), 0)
        except (ProcessLookupError, ValueError):
            _remove(path)
        except PermissionError:
            continue
