"""Parsers of what services answer, behind the real clients and a loopback server."""

import json
import math
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import openreview
import openreview.api
import pytest
import requests
from tests.services.loopback import Loopback
from tests.services.usage_papers import llm_section

from datafootprint import http
from datafootprint.hub.pages import fetch_pages, listed_datasets
from datafootprint.hub.snapshot import read_datasets, write_datasets
from datafootprint.literature.services import SERVICES
from datafootprint.papers.listing import list_accepted
from datafootprint.papers.openreview_client import explained
from datafootprint.usage.llm.answer import read_answer
from datafootprint.usage.llm.answer_cache import AnswerCache, has_choices
from datafootprint.usage.llm.batch import read_line
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.llm_settings import Settings
from datafootprint.usage.llm.spending import answer_facts
from datafootprint.waiting import retry_after, wait_asked_for

LLM = Settings(**llm_section("http://127.0.0.1/v1"))


class Saying(Loopback):
    """Answers with what it is told to; the second page of a listing is empty."""

    said = b""

    def reply(self, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        del self.requests[:]
        if "after" in request["query"]:
            return 200, {}, b'{"notes": [], "count": 0}'
        if request["path"] == "/api/auth.json":
            return 200, {}, b'{"token": "t"}'
        if request["path"] == "/api/agent-harnesses":
            return 404, {}, b""
        return 200, {}, self.said


@cache
def server() -> Saying:
    return Saying().__enter__()


def _listing(content: bytes, api: str, client: Any) -> None:
    server().said = content
    decisions = [
        {"at": "reply", "invitation": "i{number}", "field": "decision"},
        {"at": "submission", "field": "venue"},
    ]
    verdicts = {"accepted": ["yes"], "not_accepted": ["no"]}
    rule = {
        "api": api,
        "submissions": {"invitation": "i"},
        "decisions": [place | verdicts for place in decisions],
    }
    with explained(server().url):
        list_accepted(client, rule, "V", 2024, server().url)


@cache
def _client(api: str) -> Any:
    new = openreview.Client if api == "v1" else openreview.api.OpenReviewClient
    client = new(baseurl=server().url, token="none")
    client.session.mount("http://", requests.adapters.HTTPAdapter())
    return client


def notes_v1(content: bytes) -> None:
    """A listing of OpenReview's first API."""
    _listing(content, "v1", _client("v1"))


def notes_v2(content: bytes) -> None:
    """A listing of OpenReview's second API."""
    _listing(content, "v2", _client("v2"))


def hub(content: bytes) -> None:
    """Pages of the Hub are kept and read again, or told to be of another form."""
    server().said = content
    with tempfile.TemporaryDirectory() as top, pytest.MonkeyPatch.context() as patch:
        patch.setattr("huggingface_hub.constants.ENDPOINT", server().url)
        patch.setattr("huggingface_hub.constants.AGENT_HARNESSES_PATH", f"{top}/agents.json")
        fetch_pages("", Path(top), 0.0)
        table = Path(top) / "datasets.csv.gz"
        counts = write_datasets(listed_datasets(Path(top)), "", table)
        assert len(read_datasets(table)) == counts["datasets"]


def _count(name: str) -> None:
    """Counts of publications."""

    def ask(method: str, path: str, **options: Any) -> Any:
        web = http.session(first_pause_s=0.0)
        return http.json_of(http.ask(web, method, server().url + path, what=name, **options), name)

    for row in SERVICES[name].count(ask, "", "x", [2020, 2021], lambda *kept: None):
        assert row["year"] in (2020, 2021) and row["publications"] >= 0


def dimensions(content: bytes) -> None:
    """Counts of publications."""
    server().said = content
    _count("dimensions")


def openalex(content: bytes) -> None:
    """Counts of works."""
    server().said = content
    _count("openalex")


def answers(content: bytes) -> None:
    """An answer or a fault, never both, never neither."""
    said = content.decode(errors="replace")
    for choice in ({"message": {"content": said}}, {"message": said}, {"message": None}, {}):
        found, fault = read_answer(choice)
        assert (found is None) == bool(fault)


def completions(content: bytes) -> None:
    """A whole completion: what it cost is known, and it comes back from the cache."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return
    if not has_choices(body):
        return
    facts = answer_facts(body, LLM, [{"role": "user", "content": "x"}], 1.0)
    assert math.isfinite(facts["cost_usd"]) and facts["cost_usd"] >= 0
    with tempfile.TemporaryDirectory() as top:
        entry = AnswerCache(top).put("0" * 64, [], body, **facts)
        assert AnswerCache(top).get("0" * 64, 1) in (entry, None)
    conversation = Conversation(lambda: [{"role": "user", "content": "x"}])
    conversation.receive(entry)
    assert (conversation.claims is None) == (len(conversation.messages()) > 1)


def batches(content: bytes) -> None:
    """Files of answers."""
    for key, _, body, _ in map(read_line, content.splitlines()):
        assert isinstance(key, str)
        if has_choices(body):
            completions(json.dumps(body).encode())


def waits(content: bytes) -> None:
    """What a busy server asks for, in whichever header, is a number of seconds or nothing."""
    said = content.decode("latin-1")
    for header in ("retry-after", "ratelimit-reset", "retry-after-ms"):
        for seconds in (
            wait_asked_for({header: said}, {"details": {"resetTime": said}}),
            retry_after({header: said}),
        ):
            assert seconds is None or (math.isfinite(seconds) and seconds >= 0)
