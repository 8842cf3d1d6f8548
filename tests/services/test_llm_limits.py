"""A model's server that is overloaded, limited or down, and the budget."""

import asyncio
import json
import socket
import time
from pathlib import Path

import pytest
from tests.services.llm_server import LlmServer, Reply
from tests.services.usage_papers import DATASET, good, make_papers, usage_section

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.usage.classify import classify_usage
from datafootprint.usage.llm.ask import plan
from datafootprint.usage.llm.online import MOST_UNANSWERED, RETRIES
from datafootprint.usage.llm.paid import Ledger, cost_usd
from datafootprint.waiting import RateLimit

pytestmark = pytest.mark.usefixtures("short_waits")


def test_trouble_of_the_server_costs_no_answer(tmp_path: Path) -> None:
    trouble = [
        Reply(status=429, headers={"retry-after": "1"}),
        Reply(status=500),
        Reply(status=503, headers={"retry-after-ms": "20"}),
        Reply(cut=True),
        Reply(raw=b"busy"),
        Reply(delay_s=2.0),  # longer than the client waits
    ]
    kinds = iter(trouble * 3)

    def script(body: dict, before: int) -> Reply:
        return next(kinds, good(body, before)) if before == 0 else good(body, before)

    with LlmServer(script) as server:
        usage = usage_section(server.base_url, timeout_s=0.5)
        records = classify_usage(make_papers(tmp_path, 18), DATASET, usage, tmp_path)
        asked = len(server.requests)
        again = classify_usage(make_papers(tmp_path, 18), DATASET, usage, tmp_path)
    assert [record.needs_review for record in records] == [False] * 18
    assert again == records
    assert len(server.requests) == asked == 18 + 18
    # All that was answered in full was answered once, but for hangs and cuts that lost the answer.
    assert sum(server.paid.values()) == 18 + 3 + 3


def test_retry_after_is_obeyed_by_all(tmp_path: Path) -> None:
    def script(body: dict, before: int) -> Reply:
        if not script.refused:  # type: ignore[attr-defined]
            script.refused = True  # type: ignore[attr-defined]
            return Reply(status=429, headers={"retry-after": "1.5"})
        return Reply(good(body, before).content, delay_s=0.05)

    script.refused = False  # type: ignore[attr-defined]
    with LlmServer(script) as server:
        usage = usage_section(server.base_url, concurrency=2)
        classify_usage(make_papers(tmp_path, 12), DATASET, usage, tmp_path)
    gaps = [b - a for a, b in zip(server.times, server.times[1:], strict=False)]
    assert max(gaps) >= 1.3
    assert len(server.requests) == 13


def test_server_that_is_down_stops_the_run_and_keeps_the_answers(tmp_path: Path) -> None:
    def script(body: dict, before: int) -> Reply:
        return good(body, before) if len(server.requests) <= 5 else Reply(status=500)

    with LlmServer(script) as server:
        usage = usage_section(server.base_url)
        with pytest.raises(DatafootprintError, match="run again"):
            classify_usage(make_papers(tmp_path, 40), DATASET, usage, tmp_path)
        assert len(server.requests) <= 5 + (RETRIES + 1) * (MOST_UNANSWERED + 4)
        paid = sum(server.paid.values())
        server.script = good
        records = classify_usage(make_papers(tmp_path, 40), DATASET, usage, tmp_path)
    assert len(records) == 40
    assert paid == 5 and sum(server.paid.values()) == 40


def test_budget_stops_before_it_is_spent(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, budget_usd=0.01, concurrency=16)
        with pytest.raises(DatafootprintError, match="budget_usd"):
            classify_usage(make_papers(tmp_path, 200), DATASET, usage, tmp_path)
        cost = sum(
            json.loads(path.read_text())["cost_usd"]
            for path in (tmp_path / "llm" / "answers").rglob("*.json")
        )
        assert 0 < cost <= 0.01 and 0 < len(server.requests) < 200
        # The budget holds over runs, which may use what open requests kept back.
        with pytest.raises(DatafootprintError, match="budget_usd"):
            classify_usage(make_papers(tmp_path, 200), DATASET, usage, tmp_path)
        usage["llm"]["budget_usd"] = 5
        assert len(classify_usage(make_papers(tmp_path, 200), DATASET, usage, tmp_path)) == 200
        assert len(server.requests) == 200


def test_jobs_share_one_budget_and_one_pace(tmp_path: Path) -> None:
    one, other = (Ledger(tmp_path, 1.0) for _ in range(2))
    name = one.reserve(0.7)
    with pytest.raises(DatafootprintError, match="budget_usd"):
        other.reserve(0.4)
    one.settle(name, 0.1)
    other.reserve(0.4)
    assert one.spent_usd == other.spent_usd == pytest.approx(0.5)

    async def turns() -> float:
        started = time.monotonic()
        jobs = [RateLimit(tmp_path, "server", 600, None) for _ in range(2)]
        await asyncio.gather(*(job.turn_of(100) for job in jobs * 5))
        return time.monotonic() - started

    # Ten requests at ten per second.
    assert 0.9 <= asyncio.run(turns()) < 2


def test_what_was_never_sent_costs_nothing_and_a_local_server_has_no_price(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1"
        with pytest.raises(DatafootprintError, match="check the server"):
            classify_usage(make_papers(tmp_path, 2), DATASET, usage_section(url), tmp_path)
    assert Ledger(tmp_path / "llm", 5).spent_usd == 0
    free = {"input_usd_per_million_tokens": None, "output_usd_per_million_tokens": None}
    for server, price in (("http://node7:8000/v1", 0), ("https://api.example.org/v1", 2.0)):
        assert cost_usd(LanguageModel(base_url=server, **free), 10**6, 10**6) == price


def test_plan_tells_what_a_run_then_sends(tmp_path: Path) -> None:
    mentions = make_papers(tmp_path, 20)
    with LlmServer(good) as server:
        usage = usage_section(server.base_url)
        before = plan(mentions, DATASET, usage, tmp_path).iloc[0]
        assert not server.requests
        records = classify_usage(mentions, DATASET, usage, tmp_path)
        after = plan(mentions, DATASET, usage, tmp_path).iloc[0]
    assert before["requests"] == len(server.requests) == 20
    assert before["input_tokens"] == pytest.approx(
        sum(record.input_tokens for record in records), rel=0.25
    )
    assert (after["requests"], after["answered"], after["cost_usd"]) == (0, 20, 0)


def test_limit_of_requests_a_minute_is_kept(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, requests_per_minute=600)
        classify_usage(make_papers(tmp_path, 20), DATASET, usage, tmp_path)
    assert server.times[-1] - server.times[0] >= 19 * 0.1 * 0.95
