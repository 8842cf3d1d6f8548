"""Links of a listing and of a table, which may lead anywhere."""

import csv
from collections import deque
from pathlib import Path

import pytest
from tests.services.papers.downloading import Settings, asked, get, offer, pdf
from tests.services.papers.openreview_server import Answer, OpenReview


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
    rows = get(settings)
    assert [row["source"] for row in rows.values()] == ["urls", "openreview", "openreview"]
    assert asked(v2, "/attachment") == [{"name": "pdf", "ids": "v2_00002,v2_00003"}]


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


@pytest.mark.parametrize("scheme", ["http", "ftp"])
def test_what_opens_a_link_is_not_told(v2: OpenReview, settings: Settings, scheme: str) -> None:
    offer(v2, 1)
    link = f"{scheme}://me:hunter22@127.0.0.1:9/x.pdf?token=opens"
    v2.notes[0]["content"]["pdf"] = {"value": link}
    row = get(settings)["v2_00001"]
    assert "hunter22" not in row["detail"] and "opens" not in row["detail"]
    for record in (Path(settings["cache_dir"]) / "fetched").rglob("*.json"):
        assert b"hunter22" not in record.read_bytes() and b"token=opens" not in record.read_bytes()


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
