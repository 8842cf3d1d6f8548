"""How far a job is: a line in its log now and then."""

import logging
import time

log = logging.getLogger(__name__)

LINE_EVERY_S = 30.0


class Progress:
    """Counts what is done of `total`; `what` says what is counted, as in "PDFs of ICLR 2024"."""

    def __init__(self, what: str, total: int) -> None:
        self.what = what
        self.total = total
        self.done = 0
        self._said = time.monotonic()

    def __str__(self) -> str:
        return f"{self.done} of {self.total} {self.what} done"

    def step(self) -> None:
        """Count one more as done."""
        self.done += 1
        if time.monotonic() - self._said >= LINE_EVERY_S:
            self._said = time.monotonic()
            log.info("%s.", self)
