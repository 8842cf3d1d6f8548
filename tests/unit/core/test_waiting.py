"""How long a server asks to wait, in each form it may take."""

import io
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
import requests

from datafootprint.waiting import (
    DAY_S,
    LongWaitError,
    OutOfTimeError,
    Patience,
    retry_after,
    time_of_day,
    wait_asked_for,
)

SOON = datetime.now(UTC) + timedelta(days=1)


def expected(seconds: float | None) -> object:
    """Return what is left of a day that began with the tests."""
    if seconds != DAY_S:
        return seconds
    return pytest.approx((SOON - datetime.now(UTC)).total_seconds(), abs=10)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30),
        ("-5", 0),
        (f"{SOON:%a, %d %b %Y %H:%M:%S} GMT", DAY_S),
        (f"{SOON + timedelta(hours=2):%a, %d %b %Y %H:%M:%S} +0200", DAY_S),
        (f"{SOON:%Y-%m-%dT%H:%M:%S}Z", DAY_S),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 99999999999999 23:59:59 GMT", None),
        ("inf", None),
        ("soon", None),
        ("", None),
    ],
    ids=range(10),
)
def test_seconds_and_dates(said: str, seconds: float | None) -> None:
    found = retry_after({"retry-after": said})
    assert found == expected(seconds)


def test_milliseconds_come_first_where_they_can_be_read() -> None:
    assert retry_after({"retry-after-ms": "20", "retry-after": "1"}) == 0.02
    assert retry_after({"retry-after-ms": "soon", "retry-after": "1"}) == 1
    assert retry_after({}) is None


@pytest.mark.parametrize(
    ("status", "headers", "body", "seconds"),
    [
        (429, {"retry-after": "7", "ratelimit-reset": "9"}, None, 9),
        (429, {"ratelimit": '"api";r=0;t=12'}, None, 12),
        (503, {"retry-after": "7"}, {"details": {"resetTime": SOON.isoformat()}}, DAY_S),
        (429, {}, {"details": {"resetTime": "soon"}}, 60),
        (503, {}, {"details": None}, None),
        (503, {}, ["details"], None),
        (200, {"ratelimit-remaining": "0", "ratelimit-reset": "9"}, None, 9),
        (200, {"ratelimit-remaining": "1", "ratelimit-reset": "9"}, None, None),
    ],
    ids=range(8),
)
def test_the_longest_wait_counts(
    status: int, headers: dict[str, str], body: object, seconds: float | None
) -> None:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    response.raw = io.BytesIO(json.dumps(body).encode())
    assert wait_asked_for(response) == expected(seconds)


def test_patience_ends() -> None:
    with pytest.raises(LongWaitError, match=r"host; the server asks to wait until \d{4}-"):
        Patience().wait(2 * DAY_S, "host")
    began = time.monotonic()
    with pytest.raises(OutOfTimeError):
        Patience(budget_s=60).wait(120, "host")
    with pytest.raises(OutOfTimeError):
        Patience(budget_s=0).check()
    assert time.monotonic() - began < 1


def test_a_time_of_another_day_has_its_date() -> None:
    assert len(time_of_day(0).split(":")) == 3
    assert time_of_day(3 * DAY_S).startswith("20")
    assert time_of_day(1e20).startswith("20")
