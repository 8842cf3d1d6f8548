"""Links of a listing, which may lead anywhere."""

import pytest
from tests.services.papers.downloading import Settings, get, offer, pdf
from tests.services.papers.openreview_server import Answer, OpenReview


@pytest.mark.parametrize(("status", "outcome"), [(200, "ok"), (404, "unreachable")])
def test_a_link_to_another_host_is_followed_without_credentials(
    status: int,
    outcome: str,
    v1: OpenReview,
    v2: OpenReview,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENREVIEW_TOKEN", "token-of-a-session")
    offer(v2, 2)
    seen: list[str | None] = []
    v1.answer = lambda path, query, token: (  # type: ignore[method-assign]
        seen.append(token) or Answer(status, pdf("a"), kind="application/pdf")
    )
    v2.notes[0]["content"]["pdf"] = {"value": f"{v1.url}/elsewhere.pdf"}
    rows = get(settings)
    assert [row["status"] for row in rows.values()] == [outcome, "ok"]
    assert seen == [None]
