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

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.records import write_records
from datafootprint.usage.classify import classify_usage
from datafootprint.usage.labels import Label
from datafootprint.usage.llm.exchange import request_body
from datafootprint.usage.llm.online import MOST_UNANSWERED
from datafootprint.usage.usage_params import unjudged_since
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


GOOD = answer("trained_from_scratch", [QUOTE])
TOOL = {"function": {"name": "UsageAnswer", "arguments": GOOD}}


@pytest.mark.parametrize(
    "message",
    [
        {"content": f"<think>\nIt says {{so}}.\n</think>\n\n{GOOD}"},
        {"content": f"<think>Perhaps {GOOD}"},
        {"content": f"```json\n{GOOD}\n```\n\nI hope this helps {{a lot}}!"},
        {"content": [{"type": "thinking", "thinking": []}, {"type": "text", "text": GOOD}]},
        {"content": None, "tool_calls": [TOOL]},
        {"content": "", "reasoning_content": GOOD},
        {"content": answer("trained_from_scratch", [QUOTE], confidence=90, notes="none")},
        {"content": answer("Trained From-Scratch", [QUOTE])},
    ],
)
def test_an_answer_is_read_wherever_a_server_puts_it(message: dict, tmp_path: Path) -> None:
    raw = json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}).encode()
    with LlmServer(lambda body, before: Reply(raw=raw)) as server:
        (record,) = classify_usage(
            make_papers(tmp_path, 1), DATASET, usage_section(server.base_url), tmp_path
        )
    assert (record.label, record.confidence, record.needs_review) == (Label.TRAINED, 0.9, False)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("bad", "told", "key", "requests"),
    [
        (Reply("{not json"), "no whole JSON object", "response_format", 2),
        (Reply(answer("trained", [QUOTE])), "'trained_from_scratch'", "temperature", 2),
        (Reply(answer("evaluated", [QUOTE], confidence=7)), "confidence", "temperature", 2),
        (Reply('{"reason": "", "uses": [], "confidence": 1}'), "at least 1", "temperature", 2),
        (Reply("", finish_reason="length"), "was cut off", "reasoning_effort", 1),
        (Reply(None, refusal="I will not."), "model refused: I will not", "usage.llm.model", 1),
        (Reply("", finish_reason="content_filter"), "content filter", "usage.llm.model", 1),
        (Reply(GOOD, prompt_tokens=50), "cut the prompt", "docs/local-models.md", 1),
        (Reply(status=400, error={"message": "odd"}), "HTTP 400): odd", "usage.llm.base_url", 1),
    ],
)
def test_nothing_usable_stops_the_run_and_is_asked_again(
    bad: Reply, told: str, key: str, requests: int, tmp_path: Path
) -> None:
    papers = make_papers(tmp_path, 2)
    with LlmServer(lambda body, before: bad) as server:
        usage = usage_section(server.base_url)
        for _ in range(2):
            with pytest.raises(DatafootprintError) as raised:
                classify_usage(papers, DATASET, usage, tmp_path)
            assert told in str(raised.value) and key in str(raised.value)
            assert "2 of 2 papers got no usable answer" in str(raised.value)
        assert len(server.requests) == 4 * requests
        server.script = good
        records = classify_usage(papers, DATASET, usage, tmp_path)
    assert [record.label for record in records] == [Label.TRAINED] * 2
    assert len(server.requests) == 4 * requests + 2


def test_a_faulty_answer_is_asked_for_once_more(tmp_path: Path) -> None:
    def script(body: dict, before: int) -> Reply:
        return Reply("{not json") if len(body["messages"]) == 2 else good(body, before)

    with LlmServer(script) as server:
        usage = usage_section(server.base_url)
        for _ in range(2):
            (record,) = classify_usage(make_papers(tmp_path, 1), DATASET, usage, tmp_path)
            assert record.label == Label.TRAINED and not record.needs_review
    assert len(server.requests) == 2
    assert "no whole JSON object" in server.requests[1]["messages"][-1]["content"]


def test_few_papers_without_an_answer_are_left_to_a_person_and_asked_again(tmp_path: Path) -> None:
    def script(body: dict, before: int) -> Reply:
        if "number 3 " in passages_of(body):
            return Reply(finish_reason="content_filter")
        return good(body, before)

    papers, labelled = make_papers(tmp_path, 12), tmp_path / "labelled.jsonl"
    with LlmServer(script) as server:
        usage = usage_section(server.base_url)
        for asked in (12, 13):
            records = classify_usage(papers, DATASET, usage, tmp_path)
            assert [record.needs_review for record in records] == [n == 3 for n in range(12)]
            assert "no usable answer: the server's content filter" in records[3].review_reasons[0]
            assert len(server.requests) == asked
            write_records(records, labelled)
            assert unjudged_since(str(labelled)) > 0
        server.script = good
        records = classify_usage(papers, DATASET, usage, tmp_path)
        assert not any(record.needs_review for record in records) and len(server.requests) == 14
    write_records(records, labelled)
    assert unjudged_since(str(labelled)) == 0


@pytest.mark.parametrize(
    ("ignores", "asked"), [(False, ["json_schema", "json_object", None, None]), (True, 3 * [None])]
)
def test_a_server_without_schemas_is_found_out_by_one_request(
    ignores: bool, asked: list, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One refuses what it does not know, another one ignores it."""

    def script(body: dict, before: int) -> Reply:
        if not ignores and "response_format" in body:
            return Reply(status=400, error={"message": "This response_format type is unavailable"})
        told = '"trained_from_scratch"' in body["messages"][0]["content"]
        return good(body, before) if told else Reply("They trained on it.")

    with LlmServer(script) as server, caplog.at_level("WARNING"):
        usage = usage_section(server.base_url, concurrency=1)
        records = classify_usage(make_papers(tmp_path, 2), DATASET, usage, tmp_path)
    assert [record.label for record in records] == [Label.TRAINED] * 2
    sent = [body.get("response_format", {}).get("type") for body in server.requests]
    assert sent == (["json_schema", "json_object", "json_object"] if ignores else asked)
    assert "usage.llm.response_format" in caplog.text


@pytest.mark.parametrize(
    ("base_url", "key", "sent"),
    [
        (None, None, {"max_completion_tokens"}),
        ("http://127.0.0.1:11434/v1", None, {"max_tokens", "max_completion_tokens"}),
        ("http://node7:8000/v1", None, {"max_tokens", "max_completion_tokens"}),
        ("https://api.mistral.ai/v1", None, {"max_tokens"}),
        ("https://api.mistral.ai/v1", "max_completion_tokens", {"max_completion_tokens"}),
    ],
)
def test_the_limit_of_an_answer_has_the_name_that_the_server_reads(
    base_url: str | None, key: str | None, sent: set[str]
) -> None:
    settings = LanguageModel(base_url=base_url, max_tokens_key=key)
    body = request_body([{"role": "system", "content": ""}], settings, "json_schema")
    assert {name for name in body if name.startswith("max_")} == sent


@pytest.mark.parametrize("quotes", [[], ["We train everything on ImageNet from nothing at all."]])
def test_quote_that_is_not_there_counts_for_nothing(tmp_path: Path, quotes: list[str]) -> None:
    with LlmServer(lambda body, n: Reply(answer("trained_from_scratch", quotes))) as server:
        (record,) = classify_usage(
            make_papers(tmp_path, 1), DATASET, usage_section(server.base_url), tmp_path
        )
    assert record.needs_review
    assert len(server.requests) == 1
    assert not any(quote.verified for quote in record.quotes)


def error(message: str, code: str | None = None, param: str | None = None) -> dict:
    return {"message": message, "code": code, "param": param, "type": None}


HARD_LIMIT = error("Billing hard limit has been reached", "billing_hard_limit_reached")
NO_COUNTRY = error("Country, region, or territory not supported", "unsupported_country_region_te")
NO_TEMPERATURE = error("'temperature' does not support 0 with this model", "unsupported_value")
NO_SUCH_LIMIT = error("Unsupported parameter: 'max_completion_tokens'. Use 'max_tokens' instead.")


@pytest.mark.parametrize(
    ("status", "said", "helps"),
    [
        (401, error("Incorrect API key: sk-secret"), "OPENAI_API_KEY"),
        (404, error("no such model"), "usage.llm.model"),
        (429, error("You exceeded your quota", "insufficient_quota"), "credit"),
        (402, error("Insufficient Balance", "invalid_request_error"), "credit"),
        (400, HARD_LIMIT, "credit"),
        (200, {"code": 402, "message": "Insufficient credits"}, "credit"),
        (403, NO_COUNTRY, "a service that answers your country"),
        (400, NO_TEMPERATURE, "usage.llm.temperature: null"),
        (400, NO_SUCH_LIMIT, "usage.llm.max_tokens_key"),
        (422, error("extra_forbidden: max_completion_tokens"), "usage.llm.max_tokens_key"),
        (400, error("Unrecognized argument: reasoning_effort"), "usage.llm.reasoning_effort"),
        # The page of another address, as without the /v1 at the end.
        (200, "<!doctype html><html><body>hello</body></html>", "/v1"),
    ],
)
def test_a_refusal_of_the_server_names_what_helps_and_keeps_the_answers(
    status: int, said: dict | str, helps: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    raw = said if isinstance(said, str) else json.dumps({"error": said})
    refusal = Reply(status=status, raw=raw.encode())

    def script(body: dict, before: int) -> Reply:
        return good(body, before) if len(server.requests) <= 3 else refusal

    papers = make_papers(tmp_path, 6)
    with LlmServer(script) as server:
        usage = usage_section(server.base_url, concurrency=1)
        with pytest.raises(DatafootprintError) as caught:
            classify_usage(papers, DATASET, usage, tmp_path)
        assert helps in str(caught.value) and "sk-secret" not in str(caught.value)
        assert len(server.requests) == 4
        server.script = good
        assert len(classify_usage(papers, DATASET, usage, tmp_path)) == 6
    assert len(server.requests) == 7 and set(server.paid.values()) == {1}


def test_a_server_that_refuses_every_paper_is_left_after_twenty(tmp_path: Path) -> None:
    refusal = Reply(status=400, error={"message": "odd"})
    with LlmServer(lambda body, before: refusal) as server:
        usage = usage_section(server.base_url, concurrency=1)
        with pytest.raises(DatafootprintError, match="20 of 20 papers got no usable answer"):
            classify_usage(make_papers(tmp_path, 40), DATASET, usage, tmp_path)
    assert len(server.requests) == MOST_UNANSWERED


def test_full_text_sends_the_pages_and_quotes_may_come_from_any(tmp_path: Path) -> None:
    title = "A title page that says: we trained all our networks from scratch."
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
