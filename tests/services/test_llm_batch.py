"""The Batch API: send, wait, collect, send the rest; the real client against a loopback server."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.services.llm_server import LlmServer, Reply, passages_of
from tests.services.usage_papers import DATASET, good, make_papers, usage_section

from datafootprint.errors import DatafootprintError
from datafootprint.usage.classify import classify_usage, submit_batches
from datafootprint.usage.llm import batch
from datafootprint.usage.llm.paid import Ledger
from datafootprint.usage.usage_records import Usage


def submit(folder: Path, papers: int, usage: dict[str, Any]) -> Path:
    """Do what the rule submit_batch does, if the file of ids is not there."""
    ids = folder / "ids.json"
    if not ids.exists():
        sent = submit_batches(make_papers(folder, papers), DATASET, usage, folder)
        ids.write_text(json.dumps(sent))
    return ids


def classify(folder: Path, papers: int, usage: dict[str, Any]) -> list[Usage]:
    """Do what the rules submit_batch and collect_batch do."""
    ids = submit(folder, papers, usage)
    records = classify_usage(make_papers(folder, papers), DATASET, usage, folder, ids)
    ids.unlink()
    return records


def spent(folder: Path) -> float:
    return Ledger(folder / "llm", 5).spent_usd


@pytest.mark.parametrize("no_file", [None, ""])
def test_batch_gives_what_single_requests_give(no_file: str | None, tmp_path: Path) -> None:
    with LlmServer(good) as server:
        server.no_file = no_file
        usage = usage_section(server.base_url, batch=True)
        records = classify(tmp_path / "a", 8, usage)
        single = classify_usage(
            make_papers(tmp_path / "b", 8), DATASET, usage_section(server.base_url), tmp_path / "b"
        )
        assert classify(tmp_path / "a", 8, usage) == records
        assert len(server.batches) == 1
    assert spent(tmp_path / "a") == pytest.approx(sum(record.cost_usd for record in records))
    for one, other in zip(records, single, strict=True):
        assert one.cost_usd == pytest.approx(other.cost_usd / 2)
        changes = {"cost_usd": 0, "seconds": 0, "server_seconds": 0}
        assert one.model_copy(update=changes) == other.model_copy(update=changes)


def test_the_queue_of_the_account_is_never_exceeded(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        server.queue_tokens = 4000
        usage = usage_section(server.base_url, batch=True)
        for _ in range(2):
            with pytest.raises(
                DatafootprintError, match=r"Limit: 4,000 .* usage\.llm\.batch_tokens"
            ):
                classify(tmp_path, 12, usage)
        assert spent(tmp_path) == 0 and not server.paid
        server.most_queued, usage["llm"]["batch_tokens"] = 0, 4000
        sent = json.loads(submit(tmp_path, 12, usage).read_text())
        assert len(sent) > 2
        assert len(classify(tmp_path, 12, usage)) == 12
    assert 0 < server.most_queued <= 4000 and set(server.paid.values()) == {1}


LIMIT = (400, {"message": "Billing hard limit reached", "code": "billing_hard_limit_reached"})
BUSY = (429, {"message": "Rate limit reached", "code": "rate_limit_exceeded"})


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("expired", "This request could not be executed"),
        (BUSY, "Rate limit reached"),
        (LIMIT, "top up the credit"),
    ],
)
@pytest.mark.parametrize("every", [1, 2])
def test_what_a_batch_did_not_answer_is_sent_by_the_next_run(
    outcome: Any, said: str, every: int, tmp_path: Path
) -> None:
    with LlmServer(good) as server:
        seen = iter(range(100))
        server.batch_outcome = lambda line: outcome if next(seen) % every == 0 else "answered"
        usage = usage_section(server.base_url, batch=True)
        with pytest.raises(DatafootprintError, match=said):
            classify(tmp_path, 6, usage)
        assert server.paid.total() == (0 if every == 1 else 3)
        server.batch_outcome = lambda line: "answered"
        assert not any(record.needs_review for record in classify(tmp_path, 6, usage))
    assert len(server.batches) == 2 and set(server.paid.values()) == {1}


def test_budget_forbids_a_batch_before_it_is_sent(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True, budget_usd=0.001)
        with pytest.raises(DatafootprintError, match="budget_usd"):
            classify(tmp_path, 50, usage)
        assert not server.batches and spent(tmp_path) == 0
        usage["llm"]["budget_usd"] = 5
        classify(tmp_path, 50, usage)
    assert spent(tmp_path) > 0


def test_a_request_that_is_refused_alone_is_left_to_a_person(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        server.batch_outcome = lambda line: (
            (400, {"message": "odd"}) if "number 3 " in passages_of(line["body"]) else "answered"
        )
        usage = usage_section(server.base_url, batch=True, unusable_share=0.2)
        records = classify(tmp_path, 6, usage)
        assert [record.needs_review for record in records] == [n == 3 for n in range(6)]
        assert "refused the request (HTTP 400): odd" in records[3].review_reasons[0]


def test_unusable_answers_stop_the_run_and_are_asked_for_again(tmp_path: Path) -> None:
    with LlmServer(lambda body, before: Reply("", finish_reason="length")) as server:
        usage = usage_section(server.base_url, batch=True)
        with pytest.raises(DatafootprintError, match=r"3 of 3 .*max_output_tokens"):
            classify(tmp_path, 3, usage)
        server.script = good
        assert not any(record.needs_review for record in classify(tmp_path, 3, usage))
    assert len(server.batches) == 2 and server.paid.total() == 6


def test_two_papers_with_the_same_words_are_paid_for_once(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True)
        (paper,) = make_papers(tmp_path, 1)
        papers = [paper, paper.model_copy(update={"paper_id": "twin"})]
        submit_batches(papers, DATASET, usage, tmp_path)
        records = classify_usage(papers, DATASET, usage, tmp_path, submit(tmp_path, 1, usage))
    assert [record.label for record in records] == ["trained_from_scratch"] * 2
    assert server.paid.total() == 1


def test_batch_is_closed_at_the_size_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "LARGEST_BATCH_BYTES", 20_000)
    with LlmServer(good) as server:
        records = classify(tmp_path, 12, usage_section(server.base_url, batch=True))
        sizes = [len(server.files[made["input_file_id"]]) for made in server.batches.values()]
    assert len(records) == 12 and set(server.paid.values()) == {1}
    assert 1 < len(sizes) < 12 and max(sizes) <= 20_000
