"""PDFs from loopback servers and folders: fetched once, whole, within limits."""

import csv
import hashlib
import io
import logging
import multiprocessing
import runpy
import time
from collections import deque
from pathlib import Path
from typing import Any

import pypdf
import pytest
from tests.conftest import ROOT
from tests.services.papers.openreview_server import (
    Answer,
    OpenReview,
    paper_v1,
    paper_v2,
    serve,
    too_many,
)

from datafootprint.errors import DatafootprintError
from datafootprint.papers.pdfs import pdf_path
from datafootprint.papers.stage import get_pdfs, list_papers
from datafootprint.tables import Row, check_rows

Settings = dict[str, Any]
make_pdf = runpy.run_path(str(ROOT / "data" / "demo" / "make_papers.py"))["pdf"]


def pdf(name: str) -> bytes:
    content: bytes = make_pdf(
        [name, *(f"Line {i} of a paper without contents." for i in range(20))]
    )
    return content


def offer(service: OpenReview, number: int) -> None:
    """Let a server of API v2 hold so many papers with their PDFs."""
    service.notes = [paper_v2(i) for i in range(1, number + 1)]
    service.pdfs = {note["id"]: pdf(note["id"]) for note in service.notes}


def get(settings: Settings, year: int = 2024) -> dict[str, Row]:
    rows = get_pdfs(list_papers(settings, "ICLR", year), settings, "ICLR", year, 2)
    return {row["paper_id"]: row for row in check_rows(rows, "pdfs", "test")}


def asked(service: OpenReview, path: str) -> list[dict[str, str]]:
    return [query for place, query in service.requests if place == path]


def test_archives_of_fifty(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 120)
    rows = get(settings)
    assert [len(query["ids"].split(",")) for query in asked(v2, "/attachment")] == [50, 50, 20]
    for paper_id, content in v2.pdfs.items():
        row = rows[paper_id]
        assert row["sha256"] == hashlib.sha256(content).hexdigest()
        assert (row["status"], row["source"], row["pages"]) == ("ok", "openreview", 1)
        assert Path(row["file"]).read_bytes() == content
        assert row["bytes"] == len(content)
    v2.requests.clear()
    assert get(settings) == rows
    assert v2.requests == []


def test_v1_hands_out_one_at_a_time(v1: OpenReview, settings: Settings) -> None:
    invitation = "ICLR.cc/2022/Conference/-/Blind_Submission"
    v1.notes = [paper_v1(i, invitation, venue="ICLR 2022 Oral") for i in (1, 2)]
    v1.pdfs = {note["id"]: pdf(note["id"]) for note in v1.notes}
    rows = get(settings, 2022)
    assert {row["status"] for row in rows.values()} == {"ok"}
    assert [query["id"] for query in asked(v1, "/pdf")] == ["v1_00001", "v1_00002"]


def test_one_paper_without_pdf_does_not_spoil_the_archive(
    v2: OpenReview, settings: Settings
) -> None:
    offer(v2, 8)
    del v2.pdfs["v2_00005"]
    rows = get(settings)
    assert rows.pop("v2_00005")["status"] == "not_found"
    assert {row["status"] for row in rows.values()} == {"ok"}
    v2.requests.clear()
    get(settings)
    assert v2.requests == []


def test_an_archive_that_lacks_a_member(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 3)
    v2.member_name = lambda number, title: "other.pdf" if number == 2 else f"{number}_{title}.pdf"
    rows = get(settings)
    assert rows["v2_00002"]["sha256"] == hashlib.sha256(v2.pdfs["v2_00002"]).hexdigest()
    assert [query["ids"] for query in asked(v2, "/attachment")][1:] == ["v2_00002"]


def test_names_that_are_not_understood(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 3)
    v2.member_name = lambda number, title: f"{title}.pdf"
    with pytest.raises(DatafootprintError, match=r"papers.openreview.batch to 1"):
        get(settings)
    settings["openreview"]["batch"] = 1
    assert {row["status"] for row in get(settings).values()} == {"ok"}


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("secret")))
    writer.encrypt("password", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_what_is_no_usable_pdf(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 7)
    whole = pdf("v2_00004")
    bad = {
        "v2_00001": (b"<!DOCTYPE html><p>Sorry", "not_pdf"),
        "v2_00002": (b"", "empty"),
        "v2_00003": (whole[: len(whole) // 2], "truncated"),
        "v2_00004": (encrypted(), "encrypted"),
        "v2_00005": (pdf("x") + b" " * 6_000_000 + b"%%EOF", "too_large"),
        "v2_00006": (b"%PDF-1.4\nnothing in here\n%%EOF", "unreadable"),
    }
    for paper_id, (content, _) in bad.items():
        v2.pdfs[paper_id] = content
    rows = get(settings)
    assert {key: row["status"] for key, row in rows.items()} == {
        **{key: status for key, (_, status) in bad.items()},
        "v2_00007": "ok",
    }
    assert all(row["detail"] for key, row in rows.items() if key != "v2_00007")
    # Tried again only where another attempt may help.
    v2.requests.clear()
    offer(v2, 7)
    rows = get(settings)
    assert asked(v2, "/attachment") == [{"name": "pdf", "ids": "v2_00001,v2_00002,v2_00003"}]
    assert [row["status"] for row in rows.values()] == [
        *("ok", "ok", "ok", "encrypted", "too_large", "unreadable", "ok"),
    ]
    # A larger limit is such a case.
    v2.requests.clear()
    settings["download"] = settings["download"] | {"max_megabytes": 10}
    assert get(settings)["v2_00005"]["status"] == "ok"
    assert asked(v2, "/attachment") == [{"name": "pdf", "ids": "v2_00005"}]


def test_rate_limit_is_obeyed(
    v2: OpenReview, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    offer(v2, 4)
    settings["openreview"]["batch"] = 1
    papers = list_papers(settings, "ICLR", 2024)
    v2.faults["/attachment"] = deque([lambda: too_many(2.5)])
    start = time.monotonic()
    with caplog.at_level(logging.INFO, "datafootprint"):
        get_pdfs(papers, settings, "ICLR", 2024, 1)
    assert time.monotonic() - start >= 2
    assert len(asked(v2, "/attachment")) == 5
    assert "0 of 4 PDFs of ICLR 2024 done" in caplog.text


def test_an_announced_limit_is_not_run_into(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 2)
    settings["openreview"]["batch"] = 1
    papers = list_papers(settings, "ICLR", 2024)
    last = Answer(200, v2.pdfs["v2_00001"], {"ratelimit-remaining": "0", "ratelimit-reset": "2"})
    v2.faults["/attachment"] = deque([last])
    start = time.monotonic()
    get_pdfs(papers, settings, "ICLR", 2024, 1)
    assert time.monotonic() - start >= 2
    assert len(asked(v2, "/attachment")) == 2


def test_processes_share_the_limit(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 6)
    settings["openreview"]["batch"] = 1
    papers = list_papers(settings, "ICLR", 2024)
    v2.requests.clear()
    v2.delay_s = 0.05
    v2.faults["/attachment"] = deque([lambda: too_many(3)])
    fork = multiprocessing.get_context("fork")
    halves = [
        fork.Process(target=get_pdfs, args=(papers[:3], settings, "ICLR", 2024, 1)),
        fork.Process(target=get_pdfs, args=(papers[3:], settings, "ICLR", 2025, 1)),
    ]
    start = time.monotonic()
    for half in halves:
        half.start()
    for half in halves:
        half.join()
        assert half.exitcode == 0
    # One refusal stops both.
    assert time.monotonic() - start >= 2.5
    assert len(asked(v2, "/attachment")) == 7
    assert sorted(v2.sent) == sorted(v2.pdfs)


def test_two_jobs_for_the_same_papers_fetch_them_once(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 8)
    settings["openreview"]["batch"] = 1
    papers = list_papers(settings, "ICLR", 2024)
    v2.delay_s = 0.03
    fork = multiprocessing.get_context("fork")
    jobs = [
        fork.Process(target=get_pdfs, args=(papers, settings, "ICLR", 2024, 1)) for _ in range(2)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
        assert job.exitcode == 0
    assert sorted(v2.sent) == sorted(v2.pdfs)


def test_a_budget_of_time_stops_and_resumes(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 6)
    settings["openreview"]["batch"] = 2
    papers = list_papers(settings, "ICLR", 2024)
    settings["download"] = settings["download"] | {"budget_hours": 30 / 3600}
    content = v2._attachment({"ids": "v2_00001,v2_00002"})
    v2.sent.clear()
    v2.faults["/attachment"] = deque([content, lambda: too_many(1800)])
    with pytest.raises(DatafootprintError, match=r"2 of 6 PDFs of ICLR 2024 done"):
        get_pdfs(papers, settings, "ICLR", 2024, 1)
    # The host is still blocked: nothing is asked.
    number = len(v2.requests)
    with pytest.raises(DatafootprintError, match="2 of 6"):
        get_pdfs(papers, settings, "ICLR", 2024, 1)
    assert len(v2.requests) == number
    for state in Path(settings["cache_dir"]).glob("pace/*.json"):
        state.unlink()
    get_pdfs(papers, settings, "ICLR", 2024, 1)
    assert sorted(v2.sent) == ["v2_00003", "v2_00004", "v2_00005", "v2_00006"]


def test_connections_that_break(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 4)
    papers = list_papers(settings, "ICLR", 2024)
    whole = v2._attachment({"ids": ",".join(v2.pdfs)})
    v2.faults["/attachment"] = deque([Answer(drop=True), Answer(200, whole.body, cut=100)])
    rows = get_pdfs(papers, settings, "ICLR", 2024, 1)
    assert {row["status"] for row in rows} == {"ok"}


def test_a_host_that_is_down_is_noted_and_asked_again(
    v2: OpenReview, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datafootprint.papers.transport.ATTEMPTS", 2)
    offer(v2, 2)
    papers = list_papers(settings, "ICLR", 2024)
    v2.faults["/attachment"] = deque([Answer(503), Answer(503)])
    rows = get_pdfs(papers, settings, "ICLR", 2024, 1)
    assert {row["status"] for row in rows} == {"unreachable"}
    rows = get_pdfs(papers, settings, "ICLR", 2024, 1)
    assert {row["status"] for row in rows} == {"ok"}


def test_a_folder_comes_before_the_network(
    v2: OpenReview, settings: Settings, tmp_path: Path
) -> None:
    offer(v2, 3)
    folder = tmp_path / "mine"
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "v2_00001.pdf").write_bytes(pdf("mine"))
    (folder / "2024" / "v2_00002.pdf").write_bytes(b"")
    settings["folder"] = str(folder)
    rows = get(settings)
    assert [row["source"] for row in rows.values()] == ["folder", "openreview", "openreview"]
    assert rows["v2_00001"]["file"] == str(folder / "2024" / "v2_00001.pdf")
    assert asked(v2, "/attachment") == [{"name": "pdf", "ids": "v2_00002,v2_00003"}]


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
    monkeypatch.setenv("OPENREVIEW_TOKEN", "valid")
    offer(v2, 1)
    seen: list[str | None] = []
    v1.answer = lambda path, query, token: (  # type: ignore[method-assign]
        seen.append(token) or Answer(200, pdf("a"), kind="application/pdf")
    )
    v2.notes[0]["content"]["pdf"] = {"value": f"{v1.url}/elsewhere.pdf"}
    settings["allow_private_hosts"] = True
    assert get(settings)["v2_00001"]["status"] == "ok"
    assert seen == [None]


@pytest.mark.parametrize("batch", [1, 50])
def test_the_check_of_the_browser_ends_the_download(
    v2: OpenReview, settings: Settings, batch: int
) -> None:
    offer(v2, 3)
    settings["openreview"]["batch"] = batch
    papers = list_papers(settings, "ICLR", 2024)
    v2.guests = "html"
    v2.requests.clear()
    with pytest.raises(DatafootprintError, match="check of the browser instead of PDFs: set OPEN"):
        get_pdfs(papers, settings, "ICLR", 2024, 1)
    assert len(v2.requests) == 1


def test_an_answer_that_never_ends(
    v2: OpenReview, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datafootprint.papers.transport.ATTEMPTS", 1)
    offer(v2, 1)
    papers = list_papers(settings, "ICLR", 2024)
    settings["download"] = settings["download"] | {"request_seconds": 1}
    v2.faults["/attachment"] = deque([Answer(200, pdf("slow"), drip_s=0.1)])
    start = time.monotonic()
    (row,) = get_pdfs(papers, settings, "ICLR", 2024, 1)
    assert time.monotonic() - start < 4
    assert row["status"] == "unreachable"
    assert "no whole answer within 1 s" in row["detail"]


def test_redirects_of_the_service_to_private_addresses(
    v2: OpenReview, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENREVIEW_TOKEN", "valid")
    offer(v2, 1)
    with serve(OpenReview("v2", files={"/internal.pdf": pdf("internal")})) as internal:
        v2.redirects = {"/attachment": f"{internal.url}/internal.pdf"}
        assert get(settings)["v2_00001"]["status"] == "unreachable"
        assert internal.requests == []


def test_a_cache_that_cannot_be_written(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 1)
    papers = list_papers(settings, "ICLR", 2024)
    Path(settings["cache_dir"], "pdf").write_text("a file in the way")
    with pytest.raises(DatafootprintError, match=r"cannot be written .*papers.cache_dir needs"):
        get_pdfs(papers, settings, "ICLR", 2024, 1)


def test_a_paper_without_link(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 1)
    del v2.notes[0]["content"]["pdf"]
    assert get(settings)["v2_00001"]["status"] == "no_link"


def test_a_file_that_vanished_from_the_cache_is_fetched_again(
    v2: OpenReview, settings: Settings
) -> None:
    offer(v2, 2)
    rows = get(settings)
    pdf_path(settings["cache_dir"], rows["v2_00002"]["sha256"]).unlink()
    v2.requests.clear()
    assert get(settings) == rows
    assert asked(v2, "/attachment") == [{"name": "pdf", "ids": "v2_00002"}]
