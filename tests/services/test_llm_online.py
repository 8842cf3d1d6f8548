"""The classifier with a language model: the real client against a server on a loopback socket."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.services.llm_server import LlmServer, Reply, answer, passages_of
from tests.services.usage_papers import DATASET, make_mention, usage_section

from datafootprint.errors import DatafootprintError
from datafootprint.usage.classify import classify_usage
from datafootprint.usage.llm.plan import plan_requests

QUOTE = "We train a residual network on ImageNet from random weights for 90 epochs."


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    for name in ("FIRST_WAIT_S", "LONGEST_WAIT_S"):
        monkeypatch.setattr(f"datafootprint.usage.llm.online.{name}", 0.01)


def papers(cache: Path, number: int, text: str = QUOTE) -> list[dict]:
    return [
        make_mention(cache, f"p{n:04d}", f"Setup number {n} of this paper. {text}")
        for n in range(number)
    ]


def good(body: dict, before: int) -> Reply:
    return Reply(answer("trained_from_scratch", [QUOTE], "ImageNet"))


def test_good_answer_becomes_a_record(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        mention = make_mention(tmp_path, "a", f"First words. {QUOTE}")
        (record,) = classify_usage([mention], DATASET, usage_section(server.base_url), tmp_path)
    assert record["label"] == "trained_from_scratch"
    assert record["variant"] == "unspecified"
    assert not record["needs_review"]
    assert record["quotes"] == [
        {
            "label": "trained_from_scratch",
            "text": QUOTE,
            "page": 2,
            "start": len("A title page.") + 1 + len("First words. "),
            "verified": True,
        }
    ]
    assert len(record["prompt_sha256"]) == 64
    assert record["input_tokens"] > 0 and record["cost_usd"] > 0
    request = server.requests[0]
    assert request["response_format"]["json_schema"]["strict"] is True
    assert request["temperature"] == 0
    assert "A title page" not in json.dumps(request)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (Reply("{not json"), "JSON"),
        (Reply(answer("trained", [QUOTE])), "trained_from_scratch"),
        (Reply(answer("evaluated", [QUOTE], confidence=7)), "between 0 and 1"),
        (Reply(json.dumps({"reason": "", "uses": [], "confidence": 1})), "at least one use"),
        (Reply(answer("evaluated", [QUOTE], extra=1)), "extra"),
        (Reply(None, refusal="I will not."), "refused"),
        (Reply(answer("evaluated", [QUOTE])[:40], finish_reason="length"), "cut off"),
        (Reply("", finish_reason="content_filter"), "content filter"),
    ],
)
def test_faulty_answer_is_asked_for_once_more(tmp_path: Path, bad: Reply, told: str) -> None:
    def script(body: dict, before: int) -> Reply:
        return bad if len(body["messages"]) == 2 else good(body, before)

    with LlmServer(script) as server:
        (record,) = classify_usage(
            papers(tmp_path, 1), DATASET, usage_section(server.base_url), tmp_path
        )
        assert record["label"] == "trained_from_scratch" and not record["needs_review"]
        assert len(server.requests) == 2
        assert told in server.requests[1]["messages"][-1]["content"]

        server.script = lambda body, before: bad
        (record,) = classify_usage(
            papers(tmp_path / "b", 1), DATASET, usage_section(server.base_url), tmp_path / "b"
        )
    assert len(server.requests) == 4
    assert record["needs_review"] and record["label"] == "cited_only"
    assert told in record["review_reasons"][0]


@pytest.mark.parametrize("quotes", [[], ["We train everything on ImageNet from nothing at all."]])
def test_quote_that_is_not_there_counts_for_nothing(tmp_path: Path, quotes: list[str]) -> None:
    with LlmServer(lambda body, n: Reply(answer("trained_from_scratch", quotes))) as server:
        (record,) = classify_usage(
            papers(tmp_path, 1), DATASET, usage_section(server.base_url), tmp_path
        )
    assert record["needs_review"]
    assert len(server.requests) == 1
    assert not any(quote["verified"] for quote in record["quotes"])


def test_trouble_of_the_server_costs_no_answer(tmp_path: Path) -> None:
    trouble = [
        Reply(status=429, headers={"retry-after": "1"}),
        Reply(status=500),
        Reply(status=503, headers={"retry-after-ms": "20"}),
        Reply(cut=True),
        Reply(raw=b"<html>busy</html>"),
        Reply(delay_s=2.0),  # longer than the client waits
    ]
    kinds = iter(trouble * 3)

    def script(body: dict, before: int) -> Reply:
        return next(kinds, good(body, before)) if before == 0 else good(body, before)

    usage = usage_section(server_url := None, timeout_s=0.5)
    with LlmServer(script) as server:
        usage["llm"]["base_url"] = server.base_url
        records = classify_usage(papers(tmp_path, 18), DATASET, usage, tmp_path)
        asked = len(server.requests)
        again = classify_usage(papers(tmp_path, 18), DATASET, usage, tmp_path)
    assert server_url is None
    assert [record["needs_review"] for record in records] == [False] * 18
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
        classify_usage(papers(tmp_path, 12), DATASET, usage, tmp_path)
    gaps = [b - a for a, b in zip(server.times, server.times[1:], strict=False)]
    assert max(gaps) >= 1.3
    assert len(server.requests) == 13


def test_server_that_is_down_stops_the_run_and_keeps_the_answers(tmp_path: Path) -> None:
    def script(body: dict, before: int) -> Reply:
        return good(body, before) if len(server.requests) <= 5 else Reply(status=500)

    with LlmServer(script) as server:
        usage = usage_section(server.base_url)
        with pytest.raises(DatafootprintError, match="run again"):
            classify_usage(papers(tmp_path, 30), DATASET, usage, tmp_path)
        assert len(server.requests) < 100
        paid = sum(server.paid.values())
        server.script = good
        records = classify_usage(papers(tmp_path, 30), DATASET, usage, tmp_path)
    assert len(records) == 30
    assert paid == 5 and sum(server.paid.values()) == 30


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=401, error={"message": "Incorrect API key: sk-secret"}), "refuses the key"),
        (Reply(status=404, error={"message": "no such model"}), "no such model"),
        (Reply(status=400, error={"message": "response_format unknown"}), "response_format"),
        (Reply(status=429, error={"code": "insufficient_quota", "message": ""}), "credit"),
    ],
)
def test_refusal_of_the_server_is_told_at_once(tmp_path: Path, reply: Reply, words: str) -> None:
    with LlmServer(lambda body, before: reply) as server:
        usage = usage_section(server.base_url, concurrency=1)
        with pytest.raises(DatafootprintError, match=words) as caught:
            classify_usage(papers(tmp_path, 10), DATASET, usage, tmp_path)
    assert "sk-secret" not in str(caught.value)
    assert len(server.requests) == 1


def test_request_that_one_paper_cannot_send_leaves_the_others(tmp_path: Path) -> None:
    def script(body: dict, before: int) -> Reply:
        if "number 3 " in passages_of(body):
            return Reply(status=400, error={"message": "too many tokens"})
        return good(body, before)

    with LlmServer(script) as server:
        usage = usage_section(server.base_url, concurrency=1)
        records = classify_usage(papers(tmp_path, 6), DATASET, usage, tmp_path)
    assert [record["needs_review"] for record in records] == [n == 3 for n in range(6)]
    assert "too many tokens" in records[3]["review_reasons"][0]


def test_same_passages_are_asked_about_once(tmp_path: Path) -> None:
    twins = [make_mention(tmp_path, name, QUOTE) for name in ("x", "y", "z")]
    with LlmServer(lambda b, n: Reply(good(b, n).content, delay_s=0.1)) as server:
        records = classify_usage(twins, DATASET, usage_section(server.base_url), tmp_path)
    assert len(server.requests) == 1
    assert [record["label"] for record in records] == ["trained_from_scratch"] * 3


def test_full_text_sends_the_pages_and_quotes_may_come_from_any(tmp_path: Path) -> None:
    title = "A title page on which we say that all our networks were trained anew."
    mention = make_mention(tmp_path, "f", QUOTE, before=title)
    reply = Reply(answer("trained_from_scratch", [title[:-1], QUOTE]))
    with LlmServer(lambda body, before: reply) as server:
        usage = usage_section(server.base_url, context="full_text")
        (record,) = classify_usage([mention], DATASET, usage, tmp_path)
    assert "[page 1] A title page" in server.requests[0]["messages"][1]["content"]
    assert [(q["page"], q["start"], q["verified"]) for q in record["quotes"]] == [
        (1, 0, True),
        (2, len(title) + 1, True),
    ]


def test_references_alone_ask_nothing(tmp_path: Path) -> None:
    mention = make_mention(tmp_path, "r", "[1] ImageNet. CVPR 2009.")
    mention["passages"][0]["in_references"] = True
    with LlmServer(good) as server:
        (record,) = classify_usage([mention], DATASET, usage_section(server.base_url), tmp_path)
    assert (record["label"], record["classifier"]) == ("cited_only", "references")
    assert not server.requests


def test_budget_stops_before_it_is_spent(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, budget_usd=0.01)
        with pytest.raises(DatafootprintError, match="budget_usd"):
            classify_usage(papers(tmp_path, 200), DATASET, usage, tmp_path)
        cost = sum(
            json.loads(path.read_text())["cost_usd"]
            for path in (tmp_path / "llm" / "answers").rglob("*.json")
        )
        answered = len(server.requests)
        assert 0 < cost <= 0.01 and 0 < answered < 200
        # The budget holds over runs.
        with pytest.raises(DatafootprintError, match="budget_usd"):
            classify_usage(papers(tmp_path, 200), DATASET, usage, tmp_path)
        assert len(server.requests) <= answered + 1
        usage["llm"]["budget_usd"] = 5
        assert len(classify_usage(papers(tmp_path, 200), DATASET, usage, tmp_path)) == 200
        assert len(server.requests) == 200


def test_plan_tells_what_a_run_then_sends(tmp_path: Path) -> None:
    mentions = papers(tmp_path, 20)
    with LlmServer(good) as server:
        usage = usage_section(server.base_url)
        (plan,) = plan_requests(mentions, DATASET, usage, tmp_path)
        assert not server.requests
        records = classify_usage(mentions, DATASET, usage, tmp_path)
        (after,) = plan_requests(mentions, DATASET, usage, tmp_path)
    assert plan["requests"] == len(server.requests) == 20
    assert plan["input_tokens"] == pytest.approx(
        sum(record["input_tokens"] for record in records), rel=0.25
    )
    assert (after["requests"], after["answered"], after["cost_usd"]) == (0, 20, 0)


def test_limit_of_requests_a_minute_is_kept(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        usage = usage_section(server.base_url, requests_per_minute=600)
        classify_usage(papers(tmp_path, 20), DATASET, usage, tmp_path)
    assert server.times[-1] - server.times[0] >= 19 * 0.1 * 0.95


def test_key_is_asked_for_before_anything_and_never_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DatafootprintError, match="OPENAI_API_KEY"):
        classify_usage(papers(tmp_path, 1), DATASET, usage_section(None), tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    with LlmServer(good) as server:
        classify_usage(papers(tmp_path, 2), DATASET, usage_section(server.base_url), tmp_path)
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"sk-very-secret" not in path.read_bytes()


CHILD = """
import json, sys
from datafootprint.usage.classify import classify_usage
mentions, usage, cache, dataset = json.load(open(sys.argv[1]))
records = classify_usage(mentions, dataset, usage, cache)
json.dump(records, open(sys.argv[2], "w"))
"""


@pytest.mark.slow
def test_killed_at_random_it_pays_for_nothing_twice(tmp_path: Path) -> None:
    number, kills = 120, 20
    mentions = papers(tmp_path / "cache", number)
    with LlmServer(lambda b, n: Reply(good(b, n).content, delay_s=0.15)) as server:
        usage = usage_section(server.base_url, concurrency=2)
        job, out = tmp_path / "job.json", tmp_path / "out.json"
        job.write_text(json.dumps([mentions, usage, str(tmp_path / "cache"), DATASET]))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        generator = random.Random(4)
        killed = 0
        answers = tmp_path / "cache" / "llm" / "answers"
        for _ in range(60):
            child = subprocess.Popen([sys.executable, "-c", CHILD, job, out], env=environment)
            asked = len(server.requests)
            end = time.monotonic() + 30
            while len(server.requests) == asked and child.poll() is None and time.monotonic() < end:
                time.sleep(0.01)
            if killed == kills:
                child.wait(timeout=120)
                break
            time.sleep(generator.uniform(0, 0.5))
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
                killed += 1
            child.wait(timeout=120)
        assert killed == kills
        kept = len(list(answers.rglob("*.json")))
        assert kept == number
        # What no answer could be kept of were the requests open at a kill, two at most each time.
        assert number <= len(server.requests) <= number + 2 * kills
        lines = [json.loads(x) for x in (answers.parent / "spending.jsonl").open()]
        sent = sum("most_usd" in line for line in lines)
        settled = sum("cost_usd" in line for line in lines)
        assert settled >= number and len(server.requests) <= sent
        assert len(server.requests) - number <= sent - number
        before = len(server.requests)
        child = subprocess.run([sys.executable, "-c", CHILD, job, out], env=environment, check=True)
        assert len(server.requests) == before
    assert all(not record["needs_review"] for record in json.loads(out.read_text()))


@pytest.mark.slow
def test_throughput_and_memory(tmp_path: Path) -> None:
    """At least 85% of papers x latency / concurrency; memory does not grow with the papers."""
    script = """
import json, resource, sys, time
from datafootprint.usage.classify import classify_usage
mentions, usage, cache, dataset = json.load(open(sys.argv[1]))
import datafootprint.usage.llm.online, openai
started = time.monotonic()
from datafootprint.usage.llm import classify
run = classify.asyncio.run
def timed(task):
    global spent
    started = time.monotonic(); result = run(task); spent = time.monotonic() - started
    return result
classify.asyncio.run = timed
classify_usage(mentions, dataset, usage, cache)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
json.dump([spent, peak], open(sys.argv[2], "w"))
"""
    measured = {}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    filler = " ".join(f"Sentence {n} of a passage as long as they usually are." for n in range(80))
    for number in (100, 1000):
        cache = tmp_path / str(number)
        mentions = papers(cache, number, f"{QUOTE} {filler}")
        with LlmServer(lambda b, n: Reply(good(b, n).content, delay_s=0.2)) as server:
            usage = usage_section(server.base_url, concurrency=8)
            job, out = tmp_path / "job.json", tmp_path / "out.json"
            job.write_text(json.dumps([mentions, usage, str(cache), DATASET]))
            subprocess.run([sys.executable, "-c", script, job, out], env=environment, check=True)
            assert len(server.requests) == number and server.most_open <= 8
        measured[number] = json.loads(out.read_text())
    seconds, peak_kb = measured[1000]
    ideal = 1000 * 0.2 / 8
    print(f"{ideal / seconds:.1%} of ideal, peak {measured[100][1]} and {peak_kb} kB")
    assert ideal / seconds >= 0.85
    # 900 more papers of 5 kB: what was read from the mentions, and nothing of the requests.
    assert peak_kb - measured[100][1] < 25_000
