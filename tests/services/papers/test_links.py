"""Links of a listing and of a table, which may lead anywhere."""

import csv
from pathlib import Path

import pytest
from tests.services.papers.downloading import Settings, asked, get, offer, pdf
from tests.services.papers.openreview_server import Answer, OpenReview, serve


def test_addresses_in_a_table(
    v1: OpenReview, v2: OpenReview, settings: Settings, tmp_path: Path
) -> None:
    offer(v2, 3)
    v1.files = {"/a.pdf": pdf("a")}
    v1.redirects = {"/moved.pdf": "/a.pdf"}
    urls = tmp_path / "urls.csv"
    with urls.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows(
            [
                ("paper_id", "url"),
                ("v2_00001", f"{v1.url}/moved.pdf"),
                ("v2_00002", f"{v1.url}/gone.pdf"),
            ]
        )
    settings["urls"] = str(urls)
    settings["allow_private_hosts"] = True
    rows = get(settings)
    assert [row["source"] for row in rows.values()] == ["urls", "openreview", "openreview"]
    assert asked(v2, "/attachment") == [{"name": "pdf", "ids": "v2_00002,v2_00003"}]


@pytest.mark.parametrize("allowed", [False, True])
def test_links_to_private_addresses(
    v1: OpenReview, v2: OpenReview, settings: Settings, allowed: bool
) -> None:
    offer(v2, 2)
    v1.files = {"/internal.pdf": pdf("internal")}
    v2.notes[0]["content"]["pdf"] = {"value": f"{v1.url}/internal.pdf"}
    settings["allow_private_hosts"] = allowed
    row = get(settings)["v2_00001"]
    assert row["status"] == ("ok" if allowed else "refused")
    assert len(asked(v1, "/internal.pdf")) == allowed
    if not allowed:
        assert "papers.allow_private_hosts" in row["detail"]


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
    settings["allow_private_hosts"] = True
    assert get(settings)["v2_00001"]["status"] == "ok"
    assert seen == [None]


def test_redirects_of_the_service_to_private_addresses(
    v2: OpenReview, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENREVIEW_TOKEN", "token-of-a-session")
    offer(v2, 1)
    with serve(OpenReview("v2", files={"/internal.pdf": pdf("internal")})) as internal:
        v2.redirects = {"/attachment": f"{internal.url}/internal.pdf"}
        assert get(settings)["v2_00001"]["status"] == "unreachable"
        assert internal.requests == []
