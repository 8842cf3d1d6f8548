"""How long a server asks to wait before the next request."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that an answer asks to wait; None if it says nothing that can be read.

    Parameters
    ----------
    headers : mapping
        `retry-after` counts, and before it `retry-after-ms`, which services of models send.
    now : datetime, optional
        Aware; the present moment if not given.
    """
    now = now or datetime.now(UTC)
    milliseconds = seconds_until(headers.get("retry-after-ms"), now)
    if milliseconds is not None:
        return milliseconds / 1000
    return seconds_until(headers.get("retry-after"), now)


def seconds_until(said: object, now: datetime) -> float | None:
    """Return the seconds from `now` to what a server names; 0 for the past, None if unreadable.

    Parameters
    ----------
    said : object
        A number of seconds, a date of HTTP or one of ISO 8601; dates without a zone are in UTC.
    now : datetime
        Aware.
    """
    text = str(said)
    try:
        seconds = float(text)
    except ValueError:
        moment = _moment(text)
        if moment is None:
            return None
        seconds = (moment - now).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _moment(text: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
