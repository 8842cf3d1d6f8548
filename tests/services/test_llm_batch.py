"""The Batch API: submit, poll, collect, resume; the real client against a loopback server."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.services.llm_server import LlmServer, Reply, passages_of
from tests.services.usage_papers import DATASET, good, make_papers, usage_section

from datafootprint.errors import DatafootprintError
from datafootprint.usage.classify import classify_usage
from datafootprint.usage.llm import batch
from datafootprint.usage.llm.spending import Ledger
from datafootprint.usage.usage_records import Usage


class KilledError(BaseException):
    """A run that ended here."""


def classify(folder: Path, papers: int, usage: dict[str, Any]) -> list[Usage]:
    return classify_usage(make_papers(folder, papers), DATASET, usage, folder)


def kill_at(moment: str, patch: pytest.MonkeyPatch, *arguments: Any) -> None:
    """Label papers and be killed."""

    def die(*_: object) -> None:
        raise KilledError

    with patch.context() as patched, pytest.raises(KilledError):
        patched.setattr(batch.Batches, moment, die)
        classify(*arguments)


def spent(folder: Path) -> float:
    return Ledger(folder / "llm", 5).spent_usd


def test_batch_gives_what_single_requests_give(tmp_path: Path) -> None:
    def script(body: dict, before: int) -> Reply:
        first = len(body["messages"]) == 2
        return Reply("{") if first and "number 3 " in passages_of(body) else good(body, before)

    with LlmServer(script) as server:
        usage = usage_section(server.base_url, batch=True)
        records = classify(tmp_path / "a", 8, usage)
        single = classify(tmp_path / "b", 8, usage_section(server.base_url))
        assert len(server.batches) == 2  # all papers, then the one with a faulty answer
        assert classify(tmp_path / "a", 8, usage) == records
        assert len(server.batches) == 2
    assert spent(tmp_path / "a") == pytest.approx(sum(record.cost_usd for record in records))
    for one, other in zip(records, single, strict=True):
        assert one.cost_usd == pytest.approx(other.cost_usd / 2)
        changes = {"cost_usd": 0, "seconds": 0}
        assert one.model_copy(update=changes) == other.model_copy(update=changes)
    assert not list((tmp_path / "a" / "llm" / "batches").glob("*"))


def test_killed_while_waiting_it_continues_the_same_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True)
        for moment in ("_wait", "_finish", "_collect"):
            kill_at(moment, monkeypatch, tmp_path, 5, usage)
            # Open, it counts with the most that it can cost.
            assert spent(tmp_path) > 5 * 0.5 * 500 * 1.6 / 1e6
        # It is collected with the settings it was sent with.
        usage["llm"] |= {"max_output_tokens": 400, "input_usd_per_million_tokens": 400}
        records = classify(tmp_path, 5, usage)
        assert len(server.batches) == 1 and sum(server.paid.values()) == 5
    assert not any(record.needs_review for record in records)
    cost = sum(
        0.5 * (0.4 * record.input_tokens + 1.6 * record.output_tokens) / 1e6 for record in records
    )
    assert spent(tmp_path) == pytest.approx(cost)


def test_part_of_a_batch_is_kept_and_the_rest_asked_again(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        server.batch_outcome = lambda line: (
            "failed" if len(server.batches) == 1 and line["custom_id"] > "8" else "answered"
        )
        records = classify(tmp_path, 12, usage_section(server.base_url, batch=True))
        assert len(records) == 12 and len(server.batches) == 2
        assert set(server.paid.values()) == {1}


def test_budget_forbids_a_batch_before_it_is_sent(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True, budget_usd=0.001)
        with pytest.raises(DatafootprintError, match="budget_usd"):
            classify(tmp_path, 50, usage)
        assert not server.batches and not list((tmp_path / "llm" / "batches").iterdir())
        usage["llm"]["budget_usd"] = 5
        classify(tmp_path, 50, usage)
    assert spent(tmp_path) > 0


def test_a_request_that_is_refused_alone_is_left_to_a_person(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        server.batch_outcome = lambda line: (
            "refused" if "number 3 " in passages_of(line["body"]) else "answered"
        )
        usage = usage_section(server.base_url, batch=True)
        records = classify(tmp_path, 6, usage)
        assert [record.needs_review for record in records] == [n == 3 for n in range(6)]
        assert "refused the request (HTTP 400): refused" in records[3].review_reasons[0]
        assert len(server.batches) == 1
        # Again with the other answers from the cache: refused as often as it is asked.
        assert classify(tmp_path, 6, usage) == records
        assert len(server.batches) == 2 and sum(server.paid.values()) == 5


@pytest.mark.parametrize("outcome", ["refused", "failed"])
def test_batch_that_brought_nothing_is_asked_again_once_its_cause_is_corrected(
    outcome: str, tmp_path: Path
) -> None:
    with LlmServer(good) as server:
        server.batch_outcome = lambda line: outcome
        usage = usage_section(server.base_url, batch=True)
        for batches in (1, 2):
            with pytest.raises(DatafootprintError, match=f"without any answer: .*{outcome}"):
                classify(tmp_path, 3, usage)
            assert len(server.batches) == batches
        assert spent(tmp_path) == 0
        server.batch_outcome = lambda line: "answered"
        records = classify(tmp_path, 3, usage)
    assert not any(record.needs_review for record in records)
    assert len(server.batches) == 3 and set(server.paid.values()) == {1}


def test_batch_is_closed_at_the_size_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "LARGEST_BATCH_BYTES", 20_000)
    with LlmServer(good) as server:
        records = classify(tmp_path, 12, usage_section(server.base_url, batch=True))
        sizes = [len(server.files[made["input_file_id"]]) for made in server.batches.values()]
    assert len(records) == 12 and set(server.paid.values()) == {1}
    assert 1 < len(sizes) < 12 and max(sizes) <= 20_000


def test_cut_answers_are_asked_for_again_with_more_tokens(tmp_path: Path) -> None:
    def script(body: dict, before: int) -> Reply:
        reply = good(body, before)
        reply.finish_reason = "length" if body["max_completion_tokens"] < 500 else "stop"
        return reply

    with LlmServer(script) as server:
        usage = usage_section(server.base_url, batch=True, max_output_tokens=100)
        cut = classify(tmp_path, 3, usage)
        usage["llm"]["max_output_tokens"] = 500
        whole = classify(tmp_path, 3, usage)
    assert all(record.needs_review for record in cut)
    assert not any(record.needs_review for record in whole)
    costs = [record.cost_usd for record in cut + whole]
    assert spent(tmp_path) == pytest.approx(sum(costs))
    written = [json.loads(line) for line in (tmp_path / "llm" / "spending.jsonl").open()]
    assert len(written) == 6  # three batches: all, their corrections, all with more tokens
