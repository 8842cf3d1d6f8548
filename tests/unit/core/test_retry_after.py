"""How long a server asks to wait, in each form it may take."""

from datetime import UTC, datetime

import pytest

from datafootprint.retry_after import retry_after

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30),
        ("-5", 0),
        ("Thu, 01 Jan 2026 12:02:00 GMT", 120),
        ("Thursday, 01-Jan-26 12:02:00 GMT", 120),
        ("Thu Jan  1 12:02:00 2026", 120),
        ("Thu, 01 Jan 2026 14:02:00 +0200", 120),
        ("Thu, 01 Jan 2026 12:02:00 -0000", 120),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("2026-01-01T12:02:00Z", 120),
        ("Fri, 31 Dec 99999999999999 23:59:59 GMT", None),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
def test_seconds_and_dates(said: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": said}, NOW) == seconds


def test_milliseconds_come_first_where_they_can_be_read() -> None:
    assert retry_after({"retry-after-ms": "20", "retry-after": "1"}, NOW) == 0.02
    assert retry_after({"retry-after-ms": "soon", "retry-after": "1"}, NOW) == 1
    assert retry_after({}, NOW) is None
