"""How far a job is: a bar on a terminal, a line now and then in a log."""

import logging
import sys
import time
from types import TracebackType
from typing import Self

from tqdm import tqdm

log = logging.getLogger(__name__)

LINE_EVERY_S = 30.0


class Progress:
    """Counts what is done, as a context.

    Parameters
    ----------
    what : str
        What is counted, as in "PDFs of ICLR 2024".
    total : int
        How many there are.
    done : int
        How many were done before.
    """

    def __init__(self, what: str, total: int, done: int = 0) -> None:
        self.what = what
        self.total = total
        self.done = done
        self._said = time.monotonic()
        self._bar = tqdm(
            desc=what,
            total=total,
            initial=done,
            unit="",
            disable=not sys.stderr.isatty() or total == done,
            leave=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def __str__(self) -> str:
        return f"{self.done} of {self.total} {self.what} done"

    def step(self, number: int = 1) -> None:
        """Count `number` more as done."""
        self.done += number
        self._bar.update(number)
        now = time.monotonic()
        if self._bar.disable and now - self._said >= LINE_EVERY_S and self.done < self.total:
            self._said = now
            log.info("%s.", self)
