"""The Batch API: submit, poll, collect, resume; the real client against a loopback server."""

import json
from pathlib import Path

import pytest
from tests.services.llm_server import LlmServer, Reply, passages_of
from tests.services.usage_papers import DATASET, good, make_papers, usage_section

from datafootprint.errors import DatafootprintError
from datafootprint.usage.classify import classify_usage
from datafootprint.usage.llm import batch


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
    class KilledError(Exception):
        pass

    def die(*_: object) -> None:
        raise KilledError

    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True)
        for moment in ("_wait", "_finish", "_collect"):
            with monkeypatch.context() as patch, pytest.raises(KilledError):
                patch.setattr(batch.Batches, moment, die)
                classify_usage(make_papers(tmp_path, 5), DATASET, usage, tmp_path)
        # Killed between the server's yes and the note of it.
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
