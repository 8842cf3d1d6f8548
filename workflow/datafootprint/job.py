"""What every script of the workflow does around its one function call."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from datafootprint.errors import DatafootprintError


@contextmanager
def logged_to(log: str | Path) -> Iterator[None]:
    """Send log lines of the package to `log` and the terminal; turn a user's error into a sentence.

    Parameters
    ----------
    log : str or Path
        The log file of the rule.

    Raises
    ------
    SystemExit
        With status 1 after a `DatafootprintError`, whose sentence then stands in the log. Any
        other exception leaves its traceback in the log and goes on.
    """
    handlers: list[logging.Handler] = [
        logging.FileHandler(log, mode="w", encoding="utf-8"),
        logging.StreamHandler(sys.stderr),
    ]
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s: %(message)s", handlers=handlers, force=True
    )
    logging.getLogger("datafootprint").setLevel(logging.INFO)
    logging.captureWarnings(True)
    try:
        yield
    except DatafootprintError as error:
        Path(log).write_text(f"ERROR: {error}\n", encoding="utf-8")
        sys.exit(1)
    except Exception:
        with Path(log).open("a", encoding="utf-8") as stream:
            traceback.print_exc(file=stream)
        raise
