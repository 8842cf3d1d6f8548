"""The Batch API: submit, poll, collect, resume; the real client against a loopback server."""

import json
import tracemalloc
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.services.llm_server import LlmServer, Reply, passages_of
from tests.services.usage_papers import DATASET, good, llm_section, make_papers, usage_section

from datafootprint.errors import DatafootprintError
from datafootprint.usage.classify import classify_usage
from datafootprint.usage.llm import batch, batch_requests
from datafootprint.usage.llm.cache import AnswerCache
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.settings import Settings
from datafootprint.usage.llm.spending import Ledger


class KilledError(BaseException):
    """A run that ended here."""


def kill_while_waiting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, usage: Any) -> None:
    """Send a batch of three papers and be killed."""

    def die(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch, pytest.raises(KilledError):
        patch.setattr(batch.Batches, "_wait", die)
        classify_usage(make_papers(tmp_path, 3), DATASET, usage, tmp_path)


def entries(tmp_path: Path) -> list[dict[str, Any]]:
    """Return the answers in the cache."""
    paths = (tmp_path / "llm" / "answers").rglob("*.json")
    return [json.loads(path.read_text()) for path in paths]


def test_batch_gives_what_single_requests_give(tmp_path: Path) -> None:
    def script(body: dict, before: int) -> Reply:
        first = len(body["messages"]) == 2
        return Reply("{") if first and "number 3 " in passages_of(body) else good(body, before)

    with LlmServer(script) as server:
        usage = usage_section(server.base_url, batch=True)
        records = classify_usage(make_papers(tmp_path / "a", 8), DATASET, usage, tmp_path / "a")
        single = classify_usage(
            make_papers(tmp_path / "b", 8), DATASET, usage_section(server.base_url), tmp_path / "b"
        )
        assert len(server.batches) == 2  # all papers, then the one with a faulty answer
        again = classify_usage(make_papers(tmp_path / "a", 8), DATASET, usage, tmp_path / "a")
        assert len(server.batches) == 2 and again == records
    for one, other in zip(records, single, strict=True):
        assert one["cost_usd"] == pytest.approx(other["cost_usd"] / 2)
        for column in ("label", "quotes", "needs_review", "input_tokens"):
            assert one[column] == other[column]
    assert not list((tmp_path / "a" / "llm" / "batches").glob("*"))


def test_killed_while_waiting_it_takes_the_same_batch_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KilledError

    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True)
        for moment in ("_wait", "_finish", "_collect"):
            with monkeypatch.context() as patch, pytest.raises(KilledError):
                patch.setattr(batch.Batches, moment, die)
                classify_usage(make_papers(tmp_path, 5), DATASET, usage, tmp_path)
        # As if the notes were deleted.
        for note in (tmp_path / "llm" / "batches").glob("*.json"):
            note.unlink()
        records = classify_usage(make_papers(tmp_path, 5), DATASET, usage, tmp_path)
        assert len(server.batches) == 1
        assert sum(server.paid.values()) == 5
    assert all(not record["needs_review"] for record in records)


def test_part_of_a_batch_is_kept_and_the_rest_asked_again(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        server.batch_outcome = lambda line: (
            "failed" if len(server.batches) == 1 and line["custom_id"] > "8" else "answered"
        )
        usage = usage_section(server.base_url, batch=True)
        records = classify_usage(make_papers(tmp_path, 12), DATASET, usage, tmp_path)
        assert len(records) == 12
        assert len(server.batches) == 2
        assert set(server.paid.values()) == {1}


def test_batch_without_any_answer_is_told(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        server.batch_outcome = lambda line: "failed"
        usage = usage_section(server.base_url, batch=True)
        with pytest.raises(DatafootprintError, match="batch_0 ended as expired"):
            classify_usage(make_papers(tmp_path, 3), DATASET, usage, tmp_path)


def test_budget_forbids_a_batch_before_it_is_sent(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True, budget_usd=0.001)
        with pytest.raises(DatafootprintError, match="budget_usd"):
            classify_usage(make_papers(tmp_path, 50), DATASET, usage, tmp_path)
        assert not server.batches
        usage["llm"]["budget_usd"] = 5
        classify_usage(make_papers(tmp_path, 50), DATASET, usage, tmp_path)
    spent = [json.loads(line) for line in (tmp_path / "llm" / "spending.jsonl").open()]
    assert sum(line.get("cost_usd", 0) for line in spent) > 0


def test_a_request_that_is_refused_alone_is_left_to_a_person(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        server.batch_outcome = lambda line: (
            "refused" if "number 3 " in passages_of(line["body"]) else "answered"
        )
        usage = usage_section(server.base_url, batch=True)
        records = classify_usage(make_papers(tmp_path, 6), DATASET, usage, tmp_path)
        assert [record["needs_review"] for record in records] == [n == 3 for n in range(6)]
        assert "refused the request (HTTP 400: refused)" in records[3]["review_reasons"][0]
        assert len(server.batches) == 1
        # Again with the other answers from the cache: refused as often as it is asked.
        assert classify_usage(make_papers(tmp_path, 6), DATASET, usage, tmp_path) == records
        assert len(server.batches) == 2 and sum(server.paid.values()) == 5


def test_a_killed_batch_of_refused_requests_alone_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LlmServer(good) as server:
        server.batch_outcome = lambda line: (
            "refused" if "number 2 " in passages_of(line["body"]) else "answered"
        )
        usage = usage_section(server.base_url, batch=True)
        records = classify_usage(make_papers(tmp_path, 3), DATASET, usage, tmp_path)
        kill_while_waiting(monkeypatch, tmp_path, usage)
        assert classify_usage(make_papers(tmp_path, 3), DATASET, usage, tmp_path) == records
        assert len(server.batches) == 2


@pytest.mark.parametrize("outcome", ["refused", "failed"])
def test_batch_that_brought_nothing_is_asked_again_once_its_cause_is_mended(
    outcome: str, tmp_path: Path
) -> None:
    with LlmServer(good) as server:
        server.batch_outcome = lambda line: outcome
        usage = usage_section(server.base_url, batch=True)
        for batches in (1, 2):
            with pytest.raises(DatafootprintError, match=f"without any answer: HTTP .*{outcome}"):
                classify_usage(make_papers(tmp_path, 3), DATASET, usage, tmp_path)
            assert len(server.batches) == batches
        assert Ledger(tmp_path / "llm", 5).spent_usd == 0
        server.batch_outcome = lambda line: "answered"
        records = classify_usage(make_papers(tmp_path, 3), DATASET, usage, tmp_path)
    assert not any(record["needs_review"] for record in records)
    assert len(server.batches) == 3 and set(server.paid.values()) == {1}


def test_cut_answers_are_asked_for_again_with_more_tokens(tmp_path: Path) -> None:
    def script(body: dict, before: int) -> Reply:
        reply = good(body, before)
        reply.finish_reason = "length" if body["max_completion_tokens"] < 500 else "stop"
        return reply

    with LlmServer(script) as server:
        usage = usage_section(server.base_url, batch=True, max_output_tokens=100)
        cut = classify_usage(make_papers(tmp_path, 3), DATASET, usage, tmp_path)
        before = Ledger(tmp_path / "llm", 5).spent_usd
        usage["llm"]["max_output_tokens"] = 500
        whole = classify_usage(make_papers(tmp_path, 3), DATASET, usage, tmp_path)
    assert all(record["needs_review"] for record in cut)
    assert not any(record["needs_review"] for record in whole)
    assert before == pytest.approx(sum(record["cost_usd"] for record in cut))
    assert Ledger(tmp_path / "llm", 5).spent_usd == pytest.approx(
        before + sum(record["cost_usd"] for record in whole)
    )


def test_open_batch_counts_in_the_budget_with_the_most_it_can_cost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True)
        kill_while_waiting(monkeypatch, tmp_path, usage)
        most = Ledger(tmp_path / "llm", 5).spent_usd
        assert most > 3 * 0.5 * 500 * 1.6 / 1e6
        records = classify_usage(make_papers(tmp_path, 3), DATASET, usage, tmp_path)
    cost = sum(record["cost_usd"] for record in records)
    assert 0 < cost < most
    assert Ledger(tmp_path / "llm", 5).spent_usd == pytest.approx(cost)


def test_open_batch_is_collected_on_the_terms_it_was_sent_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than any answer of the later configuration could be.
    padding = {"reason": "x" * 60_000}

    def script(body: dict, before: int) -> Reply:
        reply = good(body, before)
        return Reply(json.dumps({**json.loads(reply.content or ""), **padding}))

    with LlmServer(script) as server:
        usage = usage_section(server.base_url, batch=True, max_output_tokens=20_000)
        kill_while_waiting(monkeypatch, tmp_path, usage)
        monkeypatch.setattr(batch_requests, "LARGEST_BATCH", 3)
        usage["llm"] |= {
            "model": "other",
            "max_output_tokens": 400,
            "input_usd_per_million_tokens": 400,
            "output_usd_per_million_tokens": 1600,
            "batch_price_factor": 1,
        }
        server._finish("batch_0")
        padding["reason"] = "short"
        classify_usage(make_papers(tmp_path, 3), DATASET, usage, tmp_path)
    old = [entry for entry in entries(tmp_path) if entry["model"] == "gpt-4.1-mini"]
    assert len(server.batches) == 2 and len(entries(tmp_path)) == 6 and len(old) == 3
    for entry in old:
        tokens = entry["body"]["usage"]
        assert entry["max_output_tokens"] == 20_000
        assert entry["cost_usd"] == pytest.approx(
            0.5 * (0.4 * tokens["prompt_tokens"] + 1.6 * tokens["completion_tokens"]) / 1e6
        )
        assert [message["role"] for message in entry["messages"]] == ["system", "user"]
        assert "Setup number" in entry["messages"][1]["content"]
    assert Ledger(tmp_path / "llm", 5).spent_usd == pytest.approx(
        sum(entry["cost_usd"] for entry in entries(tmp_path))
    )


def test_batch_is_closed_at_the_size_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_requests, "LARGEST_BATCH_BYTES", 20_000)
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True)
        records = classify_usage(make_papers(tmp_path, 12), DATASET, usage, tmp_path)
        sizes = [len(server.files[made["input_file_id"]]) for made in server.batches.values()]
    assert len(records) == 12 and set(server.paid.values()) == {1}
    assert 1 < len(sizes) < 12 and max(sizes) <= 20_000


def test_requests_of_a_batch_are_not_held_in_memory_again(tmp_path: Path) -> None:
    received = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._say(200, b'{"object": "list", "data": [], "has_more": false}')

        def do_POST(self) -> None:
            received.append(left := int(self.headers["content-length"]))
            while left:
                left -= len(self.rfile.read(min(left, 1 << 16)))
            self._say(400, b'{"error": {"message": "not today"}}')

        def _say(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    conversations = [
        Conversation([{"role": "user", "content": f"{n} " * 100_000}], lambda _: None)
        for n in range(100, 164)
    ]
    size = sum(len(one.messages[0]["content"]) for one in conversations)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v1"
        settings = Settings.from_config(llm_section(url, batch=True))
        ledger = Ledger(tmp_path, 1000)
        asking = batch.Batches(settings, AnswerCache(tmp_path), ledger, tmp_path)
        tracemalloc.start()
        with pytest.raises(DatafootprintError, match="not today"):
            asking.run(conversations)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        server.shutdown()
    assert received[0] > size
    assert peak < size / 2
