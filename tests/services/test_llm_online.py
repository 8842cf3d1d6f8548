"""The classifier with a language model: the real client against a server on a loopback socket."""

import json
from pathlib import Path

import pytest
from tests.services.llm_server import LlmServer, Reply, answer, passages_of
from tests.services.usage_papers import (
    DATASET,
    QUOTE,
    good,
    make_mention,
    make_papers,
    usage_section,
)

from datafootprint.errors import DatafootprintError
from datafootprint.usage.classify import classify_usage
from datafootprint.usage.labels import Label
from datafootprint.usage.llm.online import MOST_UNANSWERED
from datafootprint.usage.usage_records import Quote

pytestmark = pytest.mark.usefixtures("short_waits")


def test_good_answer_becomes_a_record(tmp_path: Path) -> None:
    with LlmServer(good) as server:
        mention = make_mention(tmp_path, "a", f"First words. {QUOTE}")
        (record,) = classify_usage([mention], DATASET, usage_section(server.base_url), tmp_path)
    assert record.label == "trained_from_scratch"
    assert record.variant == "unspecified"
    assert not record.needs_review
    start = len("A title page.") + 1 + len("First words. ")
    assert record.quotes == [
        Quote(label=Label.TRAINED, text=QUOTE, page=2, start=start, verified=True)
    ]
    assert len(record.prompt_sha256) == 64
    assert record.input_tokens > 0 and record.cost_usd > 0
    request = server.requests[0]
    assert request["response_format"]["json_schema"]["strict"] is True
    assert request["temperature"] == 0
    assert "A title page" not in json.dumps(request)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (Reply("{not json"), "JSON"),
        (Reply(answer("trained", [QUOTE])), "trained_from_scratch"),
        (Reply(answer("evaluated", [QUOTE], confidence=7)), "confidence"),
        (Reply(json.dumps({"reason": "", "uses": [], "confidence": 1})), "at least 1"),
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
            make_papers(tmp_path, 1), DATASET, usage_section(server.base_url), tmp_path
        )
        assert record.label == "trained_from_scratch" and not record.needs_review
        assert len(server.requests) == 2
        assert told in server.requests[1]["messages"][-1]["content"]

        server.script = lambda body, before: bad
        (record,) = classify_usage(
            make_papers(tmp_path / "b", 1), DATASET, usage_section(server.base_url), tmp_path / "b"
        )
    assert len(server.requests) == 4
    assert record.needs_review and record.label == "cited_only"
    assert told in record.review_reasons[0]


@pytest.mark.parametrize("quotes", [[], ["We train everything on ImageNet from nothing at all."]])
def test_quote_that_is_not_there_counts_for_nothing(tmp_path: Path, quotes: list[str]) -> None:
    with LlmServer(lambda body, n: Reply(answer("trained_from_scratch", quotes))) as server:
        (record,) = classify_usage(
            make_papers(tmp_path, 1), DATASET, usage_section(server.base_url), tmp_path
        )
    assert record.needs_review
    assert len(server.requests) == 1
    assert not any(quote.verified for quote in record.quotes)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=401, error={"message": "Incorrect API key: sk-secret"}), "OPENAI_API_KEY"),
        (Reply(status=404, error={"message": "no such model"}), "no such model"),
        (Reply(status=429, error={"code": "insufficient_quota", "message": ""}), "credit"),
    ],
)
def test_refusal_of_the_server_is_reported_at_once(
    tmp_path: Path, reply: Reply, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with LlmServer(lambda body, before: reply) as server:
        usage = usage_section(server.base_url, concurrency=1)
        with pytest.raises(DatafootprintError, match=words) as caught:
            classify_usage(make_papers(tmp_path, 10), DATASET, usage, tmp_path)
    assert "sk-secret" not in str(caught.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize("refused", [0, 3])
def test_request_that_one_paper_cannot_send_leaves_the_others(refused: int, tmp_path: Path) -> None:
    def script(body: dict, before: int) -> Reply:
        if f"number {refused} " in passages_of(body):
            return Reply(status=400, error={"message": "too many tokens"})
        return good(body, before)

    with LlmServer(script) as server:
        usage = usage_section(server.base_url, concurrency=1)
        records = classify_usage(make_papers(tmp_path, 6), DATASET, usage, tmp_path)
        # Again with the other answers from the cache.
        assert classify_usage(make_papers(tmp_path, 6), DATASET, usage, tmp_path) == records
    assert [record.needs_review for record in records] == [n == refused for n in range(6)]
    assert "too many tokens" in records[refused].review_reasons[0]


@pytest.mark.parametrize(("papers", "asked"), [(10, 10), (40, MOST_UNANSWERED)])
def test_server_that_refuses_every_paper_is_told(papers: int, asked: int, tmp_path: Path) -> None:
    refusal = Reply(status=400, error={"message": "response_format unknown"})
    with LlmServer(lambda body, before: refusal) as server:
        usage = usage_section(server.base_url, concurrency=1)
        with pytest.raises(DatafootprintError, match=r"response_format unknown\. Check "):
            classify_usage(make_papers(tmp_path, papers), DATASET, usage, tmp_path)
    assert len(server.requests) == asked


def test_same_passages_are_asked_about_once(tmp_path: Path) -> None:
    twins = [make_mention(tmp_path, name, QUOTE) for name in ("x", "y", "z")]
    with LlmServer(lambda b, n: Reply(good(b, n).content, delay_s=0.1)) as server:
        records = classify_usage(twins, DATASET, usage_section(server.base_url), tmp_path)
    assert len(server.requests) == 1
    assert [record.label for record in records] == ["trained_from_scratch"] * 3


def test_full_text_sends_the_pages_and_quotes_may_come_from_any(tmp_path: Path) -> None:
    title = "A title page on which we say that all our networks were trained anew."
    mention = make_mention(tmp_path, "f", QUOTE, before=title)
    reply = Reply(answer("trained_from_scratch", [title[:-1], QUOTE]))
    with LlmServer(lambda body, before: reply) as server:
        usage = usage_section(server.base_url, context="full_text")
        (record,) = classify_usage([mention], DATASET, usage, tmp_path)
    assert "[page 1] A title page" in server.requests[0]["messages"][1]["content"]
    assert [(q.page, q.start, q.verified) for q in record.quotes] == [
        (1, 0, True),
        (2, len(title) + 1, True),
    ]


def test_references_alone_ask_nothing(tmp_path: Path) -> None:
    mention = make_mention(tmp_path, "r", "[1] ImageNet. CVPR 2009.", in_references=True)
    with LlmServer(good) as server:
        (record,) = classify_usage([mention], DATASET, usage_section(server.base_url), tmp_path)
    assert (record.label, record.classifier) == ("cited_only", "references")
    assert not server.requests


@pytest.mark.parametrize("batch", [False, True])
def test_key_is_asked_for_only_to_send_something_and_never_written(
    batch: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = usage_section(None, batch=batch)
    with pytest.raises(DatafootprintError, match="OPENAI_API_KEY"):
        classify_usage(make_papers(tmp_path, 2), DATASET, elsewhere, tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    with LlmServer(good) as server:
        here = usage_section(server.base_url, batch=batch)
        records = classify_usage(make_papers(tmp_path, 2), DATASET, here, tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY")
    assert classify_usage(make_papers(tmp_path, 2), DATASET, elsewhere, tmp_path) == records
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"sk-very-secret" not in path.read_bytes()


@pytest.mark.parametrize("batch", [False, True])
def test_an_answer_is_stored_as_it_came(
    batch: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the key is a word of the paper."""
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    quote = "All of our trained networks are tested on ImageNet."
    said = answer("evaluated", [quote])
    with LlmServer(lambda body, before: Reply(said)) as server:
        usage = usage_section(server.base_url, batch=batch)
        for _ in range(2):
            (record,) = classify_usage(make_papers(tmp_path, 1, quote), DATASET, usage, tmp_path)
            assert record.label == Label.EVALUATED and not record.needs_review
            assert [(found.text, found.verified) for found in record.quotes] == [(quote, True)]
    (entry,) = (tmp_path / "llm" / "answers").rglob("*.json")
    assert json.loads(entry.read_text())["body"]["choices"][0]["message"]["content"] == said
    assert len(server.requests) == 1
