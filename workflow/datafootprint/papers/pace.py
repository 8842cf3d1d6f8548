"""Waiting: within a budget of time, and never faster than a service allows, over all processes."""

import fcntl
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.retry_after import seconds_until

log = logging.getLogger(__name__)

LONGEST_WAIT_S = 24 * 3600.0
WITHOUT_A_TIME_S = 60.0


class OutOfTimeError(Exception):
    """The budget of time is spent, or the next wait would go beyond it."""


class LongWaitError(DatafootprintError):
    """A server asks to wait longer than anybody would."""


class Patience:
    """How long a job may still take, and what it says while it waits.

    Parameters
    ----------
    budget_s : float or None
        Seconds from now; None for no limit.
    progress : callable
        Returns how far the job is, for the line that announces a wait.
    longest_s : float
        Longest single wait, at most `LONGEST_WAIT_S`.
    """

    def __init__(
        self,
        budget_s: float | None = None,
        progress: Callable[[], str] = str,
        longest_s: float = LONGEST_WAIT_S,
    ) -> None:
        self.end = None if budget_s is None else time.monotonic() + budget_s
        self.progress = progress
        self.longest_s = longest_s

    def check(self) -> None:
        """Raise `OutOfTimeError` if the budget is spent."""
        if self.end is not None and time.monotonic() >= self.end:
            raise OutOfTimeError

    def wait(self, seconds: float, reason: str) -> None:
        """Sleep, and say so.

        Raises
        ------
        OutOfTimeError
            At once if the budget does not hold the wait.
        LongWaitError
            If the wait is longer than `longest_s`.
        """
        if seconds > self.longest_s:
            raise LongWaitError(
                f"{reason}: asks to wait {_duration(seconds)}. What was fetched is kept; run the "
                "command again then."
            )
        if self.end is not None and time.monotonic() + seconds > self.end:
            log.info("%s: would wait %s, longer than the budget.", reason, _duration(seconds))
            raise OutOfTimeError
        until = datetime.fromtimestamp(time.time() + seconds, UTC).strftime("%H:%M:%S UTC")
        far = self.progress()
        log.info(
            "%s: waiting %s, until %s%s.",
            *(reason, _duration(seconds), until, f"; {far}" if far else ""),
        )
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 10))


class Pace:
    """One request at a time to a host, and none while the host has asked to wait.

    The state lies in a file beside the cache, so that jobs and runs that share the cache share the
    service's limit. The lock on it ends with the process that holds it.

    Parameters
    ----------
    folder : Path
        Folder of the state files.
    patience : Patience
        What waits.
    """

    def __init__(self, folder: Path, patience: Patience) -> None:
        self.folder = folder
        self.patience = patience

    @contextmanager
    def turn(self, host: str, endpoint: str) -> Iterator[Callable[[float], None]]:
        """Wait for the turn to ask `endpoint` of `host`; yields what blocks it for some seconds."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Hosts come from listings, and names of files have an end.
        state = self.folder / f"{host.lower().replace(':', '_')[:200]}.json"
        while True:
            self.patience.check()
            with (self.folder / f"{state.stem}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                blocked = _read(state)
                wait_s = blocked.get(endpoint, 0.0) - time.time()
                if wait_s <= 0:
                    yield lambda seconds: _block(state, endpoint, seconds)
                    return
            self.patience.wait(wait_s, f"{host}{endpoint} limits its requests")


def seconds_to_wait(headers: Mapping[str, str], body: object, now: datetime) -> float:
    """Return how long a "too many requests" answer asks to wait.

    Parameters
    ----------
    headers : mapping
        Of the answer: `Retry-After` (seconds or a date) and `ratelimit-reset` (seconds) count.
    body : object
        The answer's JSON; ``details.resetTime`` (ISO 8601) is what OpenReview sends.
    now : datetime
        Aware.

    Returns
    -------
    float
        The longest of the times named, at least 1; a minute if none is.
    """
    details = body.get("details") if isinstance(body, dict) else None
    reset = details.get("resetTime") if isinstance(details, dict) else None
    named = (reset, headers.get("retry-after"), headers.get("ratelimit-reset"))
    found = [seconds for said in named if (seconds := seconds_until(said, now)) is not None]
    return max(1.0, *found) if found else WITHOUT_A_TIME_S


def _block(state: Path, endpoint: str, seconds: float) -> None:
    until = time.time() + min(seconds, LONGEST_WAIT_S)
    write_atomically(state, json.dumps(_read(state) | {endpoint: until}))


def _read(state: Path) -> dict[str, float]:
    """Return until when endpoints are blocked; what no wait of this module gives is left out.

    A time further ahead comes from a clock that was set back since.
    """
    try:
        blocked: Any = json.loads(state.read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    if not isinstance(blocked, dict):
        return {}
    latest = time.time() + LONGEST_WAIT_S
    return {
        endpoint: moment
        for endpoint, moment in blocked.items()
        if isinstance(moment, (int, float)) and moment <= latest
    }


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
