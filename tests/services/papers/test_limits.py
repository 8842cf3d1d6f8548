"""Downloads from a server that sets limits, breaks off or is down."""

import logging
import multiprocessing
import time
from collections import deque
from pathlib import Path

import pytest
from tests.services.papers.downloading import Settings, asked, offer, pdf
from tests.services.papers.openreview_server import Answer, OpenReview, too_many

from datafootprint.errors import DatafootprintError
from datafootprint.papers.download import get_pdfs
from datafootprint.papers.listing import list_papers
from datafootprint.tables import records_of


def test_rate_limit_is_obeyed(
    v2: OpenReview, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    offer(v2, 4)
    settings["openreview"]["pdfs_per_request"] = 1
    papers = list_papers(settings, "ICLR", 2024)
    v2.faults["/attachment"] = deque([lambda: too_many(2.5)])
    start = time.monotonic()
    with caplog.at_level(logging.INFO, "datafootprint"):
        get_pdfs(papers, settings, "ICLR", 2024)
    assert time.monotonic() - start >= 2
    assert len(asked(v2, "/attachment")) == 5
    assert "waiting until" in caplog.text


def test_an_announced_limit_is_not_run_into(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 2)
    settings["openreview"]["pdfs_per_request"] = 1
    papers = list_papers(settings, "ICLR", 2024)
    last = Answer(200, v2.pdfs["v2_00001"], {"ratelimit-remaining": "0", "ratelimit-reset": "2"})
    v2.faults["/attachment"] = deque([last])
    start = time.monotonic()
    get_pdfs(papers, settings, "ICLR", 2024)
    assert time.monotonic() - start >= 2
    assert len(asked(v2, "/attachment")) == 2


def test_a_wait_of_more_than_a_day_stops_at_once(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 3)
    settings["openreview"]["pdfs_per_request"] = 1
    papers = list_papers(settings, "ICLR", 2024)
    v2.requests.clear()
    v2.faults["/attachment"] = deque([lambda: too_many(25 * 3600)] * 50)
    with pytest.raises(DatafootprintError, match=r"asks to wait until \d{4}-"):
        get_pdfs(papers, settings, "ICLR", 2024)
    assert len(asked(v2, "/attachment")) == 1


def test_processes_share_the_limit(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 6)
    settings["openreview"]["pdfs_per_request"] = 1
    papers = list_papers(settings, "ICLR", 2024)
    v2.requests.clear()
    v2.delay_s = 0.05
    v2.faults["/attachment"] = deque([lambda: too_many(3)])
    spawn = multiprocessing.get_context("spawn")
    halves = [
        spawn.Process(target=get_pdfs, args=(papers[:3], settings, "ICLR", 2024)),
        spawn.Process(target=get_pdfs, args=(papers[3:], settings, "ICLR", 2025)),
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
    settings["openreview"]["pdfs_per_request"] = 1
    papers = list_papers(settings, "ICLR", 2024)
    v2.delay_s = 0.03
    spawn = multiprocessing.get_context("spawn")
    jobs = [spawn.Process(target=get_pdfs, args=(papers, settings, "ICLR", 2024)) for _ in range(2)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
        assert job.exitcode == 0
    assert sorted(v2.sent) == sorted(v2.pdfs)


def test_a_budget_of_time_stops_and_resumes(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 6)
    settings["openreview"]["pdfs_per_request"] = 2
    papers = list_papers(settings, "ICLR", 2024)
    settings["download"] = settings["download"] | {"budget_hours": 30 / 3600}
    content = v2._attachment({"ids": "v2_00001,v2_00002"})
    v2.sent.clear()
    v2.faults["/attachment"] = deque([content, lambda: too_many(1800)])
    with pytest.raises(DatafootprintError, match=r"2 of 6 PDFs of ICLR 2024 done"):
        get_pdfs(papers, settings, "ICLR", 2024)
    # The host is still blocked: nothing is asked.
    number = len(v2.requests)
    with pytest.raises(DatafootprintError, match="2 of 6"):
        get_pdfs(papers, settings, "ICLR", 2024)
    assert len(v2.requests) == number
    for state in Path(settings["cache_dir"]).glob("pace/*.json"):
        state.unlink()
    get_pdfs(papers, settings, "ICLR", 2024)
    assert sorted(v2.sent) == ["v2_00003", "v2_00004", "v2_00005", "v2_00006"]


def test_a_host_that_is_down_is_noted_and_asked_again(
    v2: OpenReview, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datafootprint.papers.openreview_client.RETRIES", 1)
    offer(v2, 2)
    papers = list_papers(settings, "ICLR", 2024)
    v2.faults["/attachment"] = deque([Answer(503), Answer(503)])
    rows = get_pdfs(papers, settings, "ICLR", 2024)
    assert set(rows["status"]) == {"unreachable"}
    rows = get_pdfs(papers, settings, "ICLR", 2024)
    assert set(rows["status"]) == {"ok"}


def test_an_answer_that_never_ends(
    v2: OpenReview, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datafootprint.papers.openreview_client.RETRIES", 0)
    offer(v2, 1)
    papers = list_papers(settings, "ICLR", 2024)
    settings["download"] = settings["download"] | {"request_seconds": 1}
    v2.faults["/attachment"] = deque([Answer(200, pdf("slow"), drip_s=0.1)])
    start = time.monotonic()
    (row,) = records_of(get_pdfs(papers, settings, "ICLR", 2024))
    assert time.monotonic() - start < 4
    assert row["status"] == "unreachable"
    assert "no whole answer in time" in row["detail"]


@pytest.mark.parametrize("batch", [1, 50])
def test_the_check_of_the_browser_ends_the_download(
    v2: OpenReview, settings: Settings, batch: int
) -> None:
    offer(v2, 3)
    settings["openreview"]["pdfs_per_request"] = batch
    papers = list_papers(settings, "ICLR", 2024)
    v2.guests = "html"
    v2.requests.clear()
    with pytest.raises(DatafootprintError, match="check of the browser, which guests get: set"):
        get_pdfs(papers, settings, "ICLR", 2024)
    assert len(v2.requests) == 1
