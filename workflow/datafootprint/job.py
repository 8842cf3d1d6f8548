"""What every script of the workflow does around its one function call."""

import errno
import gc
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.redaction import without_secrets

NO_LOCKS = (
    "this file system has no file locks: put papers.cache_dir and the working folder on one that "
    "has them, or mount it with locks (Lustre: -o flock)"
)
#: Faults of the machine and not of the workflow, and what a user can do about them.
REMEDIES = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space of your quota",
    errno.EROFS: "make the place writable",
    errno.EACCES: "allow access to it (docs/engines.md says how to share a cache)",
    errno.EPERM: "allow access to it (docs/engines.md says how to share a cache)",
    errno.EISDIR: "put a file in place of the folder",
    errno.EEXIST: "put a folder in its place, or mount the disk that the link leads to",
    errno.ENOTDIR: "put a folder in place of the file",
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.EIO: "check the disk",
    errno.ENAMETOOLONG: "give it a shorter name",
    **dict.fromkeys((errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP), NO_LOCKS),
}


class _Redacted(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def run(main: Callable[[Any], None], snakemake: Any) -> None:
    """Run the `main` of a script with the job's `snakemake` object, logged to the job's log."""
    # pandera would import it where it is installed, which takes as long as pandas; no job uses it.
    sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]
    gc.freeze()
    gc.enable()
    with logged_to(snakemake.log[0]):
        main(snakemake)
    # Python ends without looking for garbage first, which takes half a second after pandas.
    gc.freeze()


@contextmanager
def logged_to(log: str | Path) -> Iterator[None]:
    """Send log lines of the package, without credentials, to `log` and the terminal.

    An exception ends the job with status 1. For a `DatafootprintError` and for a full, read-only or
    broken disk the log then holds one sentence, for any other exception its traceback.
    """
    try:
        handlers: list[logging.Handler] = [
            logging.FileHandler(log, mode="w", encoding="utf-8"),
            logging.StreamHandler(sys.stderr),
        ]
    except OSError as error:
        sys.exit(f"ERROR: {_sentence(error)}")
    for handler in handlers:
        handler.setFormatter(_Redacted("%(levelname)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=handlers, force=True)
    logging.getLogger("datafootprint").setLevel(logging.INFO)
    logging.captureWarnings(True)
    # A log that cannot be written must not fill the terminal with tracebacks of its own.
    logging.raiseExceptions = False
    try:
        yield
    except KeyboardInterrupt:
        sys.exit("Interrupted; run the same command again to go on.")
    except DatafootprintError as error:
        _end(log, f"ERROR: {error}\n", "w")
    except OSError as error:
        if error.errno in REMEDIES:
            _end(log, f"ERROR: {_sentence(error)}\n", "w")
        _end(log, traceback.format_exc(), "a")
    except Exception:  # noqa: BLE001 - written in full, and ends the job
        _end(log, traceback.format_exc(), "a")


def _sentence(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    remedy = REMEDIES.get(error.errno or 0, "fix it")
    return (
        f"{where}{error.strerror}; {remedy} and run the same command again: what was finished "
        "is kept."
    )


def _end(log: str | Path, text: str, mode: str) -> None:
    """End the job with a text in its log; on the terminal where the log cannot be written."""
    text = without_secrets(text)
    try:
        with Path(log).open(mode, encoding="utf-8", errors="replace") as stream:
            stream.write(text)
    except OSError:
        sys.exit(text)
    if mode == "a":
        sys.stderr.write(text)
    sys.exit(1)
