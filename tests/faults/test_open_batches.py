"""Batches that were not collected: killed at every step, refused, lost, and at odds with a run."""

import itertools
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.services.llm_server import LlmServer, Reply
from tests.services.test_llm_batch import classify, spent, submit
from tests.services.usage_papers import DATASET, good, make_papers, usage_section

from datafootprint.errors import DatafootprintError
from datafootprint.usage.classify import classify_usage
from datafootprint.usage.llm.paid import AnswerCache, Ledger

PAPERS = 2


class KilledError(BaseException):
    """A run that ended here."""


def kill_after(calls: int, patch: pytest.MonkeyPatch) -> None:
    """End the run before or after a call that leaves a trace, counted from 1."""
    moments = itertools.count(1)

    def traced(call: Any) -> Any:
        def step(*arguments: Any, **options: Any) -> Any:
            if next(moments) == calls:
                raise KilledError
            result = call(*arguments, **options)
            if next(moments) == calls:
                raise KilledError
            return result

        return step

    for owner, name in (
        (Ledger, "_write"),
        (AnswerCache, "put"),
        (httpx2.Client, "send"),
        (Path, "write_text"),
        (Path, "unlink"),
    ):
        patch.setattr(owner, name, traced(getattr(owner, name)))


@pytest.mark.fault("kills at every step of a batch", "usage", "nothing is paid for twice")
def test_killed_at_every_step_a_batch_is_paid_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True)
        for number in itertools.count(1):
            folder = tmp_path / str(number)
            batches, paid = len(server.batches), server.paid.total()
            try:
                with monkeypatch.context() as patch:
                    kill_after(number, patch)
                    classify(folder, PAPERS, usage)
                break
            except KilledError:
                records = classify(folder, PAPERS, usage)
            assert not any(record.needs_review for record in records)
            assert len(server.batches) == batches + 1, number
            assert server.paid.total() == paid + PAPERS, number
            assert spent(folder) == pytest.approx(sum(record.cost_usd for record in records))
    assert number > 20


@pytest.mark.fault("a batch whose receipt is lost", "usage", "nothing is paid for twice")
def test_a_batch_whose_receipt_is_lost_is_found(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True)
        server.receipts_lost = True
        with pytest.raises(DatafootprintError, match="run again"):
            classify(tmp_path, PAPERS, usage)
        assert spent(tmp_path) > 0
        server.receipts_lost = False
        classify(tmp_path, PAPERS, usage)
    assert len(server.batches) == 1 and set(server.paid.values()) == {1}


@pytest.mark.fault("a refused batch", "usage", "… run again …; nothing counts as spent")
@pytest.mark.parametrize("path", ["/v1/files", "/v1/batches"])
@pytest.mark.parametrize("status", [400, 503])
def test_a_refused_batch_costs_nothing(
    path: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openai._base_client.MAX_RETRY_DELAY", 0.001)
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True)
        server.refused[path] = Reply(status=status, error={"message": "billing hard limit"})
        with pytest.raises(DatafootprintError, match=r"billing hard limit.*run again"):
            classify(tmp_path, PAPERS, usage)
        server.refused.clear()
        records = classify(tmp_path, PAPERS, usage)
    assert spent(tmp_path) == pytest.approx(sum(record.cost_usd for record in records))
    assert len(server.batches) == 1


@pytest.mark.fault(
    "an open batch when batches are switched off",
    "usage",
    "…/llm/spending.jsonl: batch … is open and its papers would be paid for twice; set "
    "usage.llm.batch to true and run again, which collects its answers, or delete its lines to "
    "give them up.",
)
def test_an_open_batch_stops_a_run_without_batches(
    sentence: re.Pattern[str], tmp_path: Path
) -> None:
    with LlmServer(good) as server:
        single = usage_section(server.base_url)
        submit(tmp_path, PAPERS, usage_section(server.base_url, batch=True))
        with pytest.raises(DatafootprintError) as raised:
            classify_usage(make_papers(tmp_path, PAPERS), DATASET, single, tmp_path)
        assert sentence.fullmatch(str(raised.value))
        assert not server.requests
        classify(tmp_path, PAPERS, usage_section(server.base_url, batch=True))
        classify_usage(make_papers(tmp_path, PAPERS), DATASET, single, tmp_path)
    assert set(server.paid.values()) == {1}


@pytest.mark.fault(
    "an open batch that the server does not know",
    "usage",
    "… does not have batch … or its answers; run again with …",
)
@pytest.mark.parametrize("gone", ["batch", "answers"])
def test_a_batch_that_is_gone_is_named(
    gone: str, sentence: re.Pattern[str], tmp_path: Path
) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, batch=True)
        submit(tmp_path, PAPERS, usage)
        server._finish("batch_0")
        if gone == "batch":
            server.batches["another"] = server.batches.pop("batch_0") | {"metadata": None}
        else:
            del server.files["output-batch_0"]
        for _ in range(2):
            with pytest.raises(DatafootprintError) as raised:
                classify(tmp_path, PAPERS, usage)
            assert sentence.fullmatch(str(raised.value))
        # Giving it up, as the sentence says.
        (tmp_path / "llm" / "spending.jsonl").unlink()
        assert len(classify(tmp_path, PAPERS, usage)) == PAPERS
