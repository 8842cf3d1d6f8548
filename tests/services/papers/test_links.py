"""Links of a listing, which may lead anywhere."""

from collections import deque

import pytest
from tests.services.papers.downloading import Settings, asked, get, offer, pdf
from tests.services.papers.openreview_server import Answer, OpenReview


@pytest.mark.parametrize(
    ("status", "wait_s"), [(503, "999999"), (429, "80000"), (429, "999999"), (503, "80000")]
)
def test_a_host_that_asks_to_wait_costs_its_own_row(
    v1: OpenReview, v2: OpenReview, settings: Settings, status: int, wait_s: str
) -> None:
    offer(v2, 3)
    v2.notes[0]["content"]["pdf"] = {"value": f"{v1.url}/slow.pdf"}
    settings["download"] = settings["download"] | {"budget_hours": 1}
    refusals = [Answer(status, b"", {"retry-after": wait_s})] * 50
    v1.faults["/slow.pdf"] = deque(refusals)
    rows = get(settings)
    assert [row["status"] for row in rows.values()] == ["unreachable", "ok", "ok"]
    assert "asks to wait" in rows["v2_00001"]["detail"]
    assert len(asked(v1, "/slow.pdf")) == 1


def test_credentials_do_not_leave_for_other_hosts(
    v1: OpenReview,
    v2: OpenReview,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENREVIEW_TOKEN", "token-of-a-session")
    offer(v2, 1)
    seen: list[str | None] = []
    v1.answer = lambda path, query, token: (  # type: ignore[method-assign]
        seen.append(token) or Answer(200, pdf("a"), kind="application/pdf")
    )
    v2.notes[0]["content"]["pdf"] = {"value": f"{v1.url}/elsewhere.pdf"}
    assert get(settings)["v2_00001"]["status"] == "ok"
    assert seen == [None]
