"""Waiting for servers: as long as they ask, within a limit, and at a pace that jobs share."""

import asyncio
import json
import logging
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from filelock import FileLock
from requests import Response

from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically

log = logging.getLogger(__name__)

DAY_S = 24 * 3600.0
#: Wait after "too many requests" where the server names no time.
WITHOUT_A_TIME_S = 60.0


class OutOfTimeError(Exception):
    """The budget of time is spent, or the next wait would go beyond it."""


class LongWaitError(DatafootprintError):
    """A server asks to wait longer than allowed."""


class Patience:
    """How long a job may take (`budget_s` seconds from now), and its longest wait for a server."""

    def __init__(self, budget_s: float | None = None, longest_s: float = DAY_S) -> None:
        self.end = math.inf if budget_s is None else time.monotonic() + budget_s
        self.longest_s = longest_s

    def check(self, seconds: float = 0.0) -> None:
        """Raise `OutOfTimeError` if the budget is spent within so many seconds."""
        if time.monotonic() + seconds >= self.end:
            raise OutOfTimeError

    def wait(self, seconds: float, reason: str) -> None:
        """Sleep, and say in the log until when; raise at once if the wait is too long."""
        if seconds > self.longest_s:
            raise LongWaitError(
                f"{reason}; the server asks to wait until {time_of_day(seconds)}. What was fetched "
                "is kept; run the same command again then."
            )
        self.check(seconds)
        if seconds >= 1:
            log.info("%s: waiting until %s.", reason, time_of_day(seconds))
        time.sleep(seconds)


class Pace:
    """A limit of requests per minute and place (a host, or a part of one) that jobs share.

    The file `<folder>/<name>.json` has the time before which each place must not be asked. Without
    `per_minute` there are only the waits that a server asks for.
    """

    def __init__(self, folder: str | Path, name: str, per_minute: float | None = None) -> None:
        self.path = Path(folder) / f"{name}.json"
        self.interval_s = 60 / per_minute if per_minute else 0.0

    def turn(self, place: str, patience: Patience) -> None:
        """Wait until `place` may be asked; raises as `Patience.wait` does."""
        while True:
            with self._state() as state:
                wait_s = state.get(place, 0.0) - time.time()
                if wait_s <= 0:
                    if self.interval_s:
                        state[place] = time.time() + self.interval_s
                    return
            patience.wait(wait_s, f"{place} limits its requests")

    def hold(self, place: str, seconds: float) -> None:
        """Let no job ask `place` for so many seconds."""
        with self._state() as state:
            state[place] = max(state.get(place, 0.0), time.time() + min(seconds, DAY_S))

    @contextmanager
    def _state(self) -> Iterator[dict[str, float]]:
        """Give the state to read and change, to one job at a time."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock"), mode=0o666):
                before = _read(self.path)
                state = dict(before)
                yield state
                if state != before:
                    write_atomically(self.path, json.dumps(state), durable=False)
        except PermissionError as error:
            raise DatafootprintError(
                f"{error.filename or self.path} belongs to another user; for a cache that several "
                "users share run `umask 002` before each command, and make its folders writable "
                "to your group (chmod -R g+rwXs)."
            ) from None


class RateLimit(Pace):
    """The limits of requests and tokens per minute of one server, which jobs share.

    Instead of blocking, `turn_of` lets other requests of this process wait and be answered.
    """

    def __init__(
        self, folder: str | Path, server: str, requests: float | None, tokens: float | None
    ) -> None:
        super().__init__(folder, "pace")
        self._server = server
        self._s_per_request = 60 / requests if requests else 0.0
        self._s_per_token = 60 / tokens if tokens else 0.0

    async def turn_of(self, tokens: float) -> None:
        """Wait until a request of about `tokens` tokens may be sent."""
        slots = {"requests": self._s_per_request, "tokens": tokens * self._s_per_token, "pause": 0}
        while (wait_s := self._book(slots)) > 0:
            await asyncio.sleep(wait_s)
            slots = {"pause": 0}

    def pause(self, seconds: float) -> None:
        """Send nothing for so many seconds."""
        self.hold(f"{self._server} pause", seconds)

    def _book(self, slots: Mapping[str, float]) -> float:
        """Take the next slot, which lasts some seconds of each kind; return the wait until then."""
        places = {f"{self._server} {kind}": seconds for kind, seconds in slots.items()}
        now = time.time()
        with self._state() as state:
            start = max(now, *(state.get(place, 0.0) for place in places))
            state |= {place: start + seconds for place, seconds in places.items() if seconds}
        return start - now


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that an answer asks to wait; None if its headers say nothing readable.

    Language model servers send `retry-after-ms`, which outranks `retry-after`.
    """
    milliseconds = _seconds_until(headers.get("retry-after-ms"))
    return (
        _seconds_until(headers.get("retry-after")) if milliseconds is None else milliseconds / 1000
    )


def wait_asked_for(response: Response) -> float | None:
    """Return the longest wait in seconds that an answer asks for; None if it asks for none.

    Besides `retry-after`, the Hub sends ``ratelimit: ...;t=<seconds>``, OpenReview an ISO 8601 time
    in ``details.resetTime`` of its JSON, and `ratelimit-reset` when `ratelimit-remaining` is 0.
    """
    headers, status = response.headers, response.status_code
    if status < 429 and headers.get("ratelimit-remaining") != "0":
        return None
    try:
        reset = response.json()["details"]["resetTime"] if status >= 429 else None
    except (ValueError, LookupError, TypeError):
        reset = None
    limit = headers.get("ratelimit", "").partition("t=")[2].partition(";")[0]
    named = map(_seconds_until, (reset, limit, headers.get("ratelimit-reset")))
    found = [seconds for seconds in (retry_after(headers), *named) if seconds is not None]
    return max(found, default=WITHOUT_A_TIME_S if status == 429 else None)


def time_of_day(seconds: float) -> str:
    """Return the local time so many seconds from now, with the date if it is another day."""
    now = datetime.now().astimezone()
    moment = datetime.fromtimestamp(now.timestamp() + min(seconds, 1e4 * DAY_S)).astimezone()
    return f"{moment:%H:%M:%S %Z}" if moment.date() == now.date() else f"{moment:%F %H:%M %Z}"


def _seconds_until(said: object) -> float | None:
    """Return the seconds from now to a number of seconds, an HTTP date or an ISO 8601 date."""
    text = str(said)
    try:
        seconds = float(text)
    except ValueError:
        moment = _moment(text)
        if moment is None:
            return None
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _moment(text: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _read(path: Path) -> dict[str, float]:
    """Return the times to come; one further off than any wait comes from a wrong clock."""
    now = time.time()
    try:
        state: Any = json.loads(path.read_bytes())
        return {place: moment for place, moment in state.items() if now < moment <= now + DAY_S}
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        return {}
