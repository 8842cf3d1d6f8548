"""Hostile servers: where links lead, how slow, how large and how untrue an answer may be."""

import json
import socket
import time
import traceback
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.faults.servers import trickling
from tests.services.llm_server import LlmServer, Reply, answer, passages_of
from tests.services.loopback import Hub
from tests.services.usage_papers import DATASET, make_mention, usage_section

from datafootprint.connections import is_public_address
from datafootprint.errors import DatafootprintError
from datafootprint.hub.pages import fetch_pages
from datafootprint.literature.asking import Service
from datafootprint.papers.pace import Pace, Patience
from datafootprint.papers.sources import FetchError, UrlSource
from datafootprint.papers.transport import PoliteAdapter, polite
from datafootprint.usage.classify import classify_usage

QUOTE = "We train every model on ImageNet from random initialisation here."


def fetch(
    url: str, tmp_path: Path, private: bool = False, seconds: float = 5.0
) -> bytes | FetchError:
    adapter = PoliteAdapter(Pace(tmp_path / "pace", Patience()), [], private, 10**6, seconds)
    source = UrlSource(polite(requests.Session(), adapter), {"p": url})
    ((_, got),) = source.fetch([{"paper_id": "p"}])
    assert not isinstance(got, Path)
    return got


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%eth0", "fc00::1", "fec0::1"),
        *("ff02::1", "::ffff:127.0.0.1", "::127.0.0.1", "::ffff:a00:1", "64:ff9b::7f00:1"),
        *("64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses(address: str) -> None:
    assert is_public_address(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0177.0.0.1", "0x7f.1", "127.1", "[::1]",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "me@127.0.0.1", "0", "[64:ff9b::7f00:1]"],
)  # fmt: skip
@pytest.mark.parametrize("redirected", [False, True])
def test_no_link_leads_to_this_machine(
    host: str, redirected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Hub(1, 1, lambda i: {}) as inner, Hub(1, 1, lambda i: {}) as outer:
        port = inner.url.rsplit(":", 1)[1]
        target = f"http://{host}:{port}/api/datasets"
        if redirected:
            outer.faults = [(302, {"Location": target}, b"")]
            # The first address is one that may be private, the one it leads to is not.
            adapter = PoliteAdapter(
                Pace(tmp_path / "pace", Patience()), [outer.url], False, 10**6, 5.0
            )
            source = UrlSource(
                polite(requests.Session(), adapter), {"p": f"{outer.url}/api/datasets"}
            )
            ((_, got),) = source.fetch([{"paper_id": "p"}])
        else:
            got = fetch(target, tmp_path)
        assert isinstance(got, FetchError) and got.status == "refused"
        assert "papers.allow_private_hosts" in str(got)
        assert inner.requests == []


def test_a_name_that_changes_its_meaning_after_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    asked = []

    def rebinding(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if host != "rebind.test":
            return real(host, port, *args, **kwargs)
        asked.append(host)
        return real("1.1.1.1" if len(asked) == 1 else "127.0.0.1", port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with Hub(1, 1, lambda i: {}) as server:
        port = server.url.rsplit(":", 1)[1]
        got = fetch(f"http://rebind.test:{port}/api/datasets", tmp_path)
        assert isinstance(got, FetchError) and got.status == "refused"
        assert len(asked) == 2 and server.requests == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://[::1", "ftp://example.org/a.pdf", "javascript:alert(1)",
     "//example.org/a.pdf", "http://", "http://a b/", "http://\x00/", "", "gopher://127.0.0.1/"],
)  # fmt: skip
def test_what_is_no_link_is_refused(url: str, tmp_path: Path) -> None:
    got = fetch(url, tmp_path)
    assert isinstance(got, FetchError) and got.status in ("refused", "unreachable")


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "http://[::1"]
)
def test_redirects_lead_to_the_web_only(target: str, tmp_path: Path) -> None:
    with Hub(1, 1, lambda i: {}) as server:
        server.faults = [(302, {"Location": target}, b"")]
        got = fetch(f"{server.url}/api/datasets", tmp_path, private=True)
    assert isinstance(got, FetchError) and got.status == "refused"


def test_a_name_without_address(tmp_path: Path) -> None:
    got = fetch("http://nowhere.invalid/a.pdf", tmp_path)
    assert isinstance(got, FetchError) and str(got) == "nowhere.invalid: no such host"


SLOW = {
    "head": (b"HTTP/1.1 200 OK\r\n", b"x-more: 1\r\n"[:1]),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
}


@pytest.mark.parametrize("part", SLOW)
def test_a_trickle_has_an_end(part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datafootprint.papers.transport.ATTEMPTS", 1)
    monkeypatch.setattr("datafootprint.literature.asking.ATTEMPTS", 1)
    monkeypatch.setattr("datafootprint.literature.asking.LONGEST_ANSWER_S", 0.8)
    with trickling(*SLOW[part]) as server:
        began = time.monotonic()
        got = fetch(server.url, tmp_path, private=True, seconds=0.8)
        assert isinstance(got, FetchError) and got.status == "unreachable"
        with pytest.raises(DatafootprintError, match="no answer from"):
            Service("dimensions", server.url).send("GET", "/")
        assert time.monotonic() - began < 6


def test_an_endless_answer_of_a_service_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datafootprint.literature.asking.LARGEST_ANSWER_BYTES", 10**6)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
    with (
        trickling(head, b"x" * 10**5, 0.0) as server,
        pytest.raises(DatafootprintError, match="failed"),
    ):
        Service("openalex", server.url).send("GET", "/")


def test_the_hub_leads_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Hub(1, 1, lambda i: {}) as inner, Hub(1, 1, lambda i: {}) as outer:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", outer.url)
        outer.faults = [(302, {"Location": f"{inner.url}/api/datasets"}, b"")]
        with pytest.raises(DatafootprintError, match="redirects to another address"):
            fetch_pages("x", tmp_path, 0.0)
        assert inner.requests == []


def one_paper(tmp_path: Path) -> list[dict[str, Any]]:
    return [make_mention(tmp_path, "p", f"{QUOTE} It is large.")]


LIES: dict[str, Any] = {
    "choices is no list": {"choices": "yes"},
    "a choice is no object": {"choices": [None]},
    "no message": {"choices": [{}]},
    "message is text": {"choices": [{"message": "trained"}]},
    "content is a list": {"choices": [{"message": {"content": [{"text": "x"}]}}]},
    "content is a number": {"choices": [{"message": {"content": 7}}]},
    "half a surrogate pair": {"choices": [{"message": {"content": "\ud800"}}]},
    "refusal is an object": {"choices": [{"message": {"refusal": {"a": 1}}}]},
    "not an object": [1, 2],
    "nothing": None,
}


@pytest.mark.parametrize("lie", LIES)
def test_a_model_server_that_lies(
    lie: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datafootprint.usage.llm.online.FIRST_WAIT_S", 0.001)
    raw = json.dumps(LIES[lie]).encode()
    with LlmServer(lambda body, before: Reply(raw=raw)) as server:
        usage = usage_section(server.base_url)
        for _ in range(2):
            try:
                (record,) = classify_usage(one_paper(tmp_path), DATASET, usage, tmp_path)
            except DatafootprintError as error:
                assert "run again" in str(error)
            else:
                assert record["needs_review"] and record["label"] == "cited_only"


@pytest.mark.parametrize("tokens", [-(10**9), 10**400, "many", None, 1.5, True])
def test_untrue_tokens_do_not_loosen_the_budget(tokens: Any, tmp_path: Path) -> None:
    def script(body: dict[str, Any], before: int) -> Reply:
        message = {"content": answer("trained_from_scratch", [passages_of(body)[:50]])}
        usage = {"prompt_tokens": tokens, "completion_tokens": tokens}
        return Reply(raw=json.dumps({"choices": [{"message": message}], "usage": usage}).encode())

    with LlmServer(script) as server:
        usage = usage_section(server.base_url)
        (record,) = classify_usage(one_paper(tmp_path), DATASET, usage, tmp_path)
    assert 0 < record["cost_usd"] < 0.01
    assert record["input_tokens"] > 50 and record["output_tokens"] == 500


@pytest.mark.parametrize("part", SLOW)
def test_a_model_server_that_trickles(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datafootprint.usage.llm.online.TRIES", 1)
    with trickling(*SLOW[part]) as server:
        began = time.monotonic()
        usage = usage_section(f"{server.url}/v1", timeout_s=0.8, concurrency=2)
        with pytest.raises(DatafootprintError, match="run again"):
            classify_usage(one_paper(tmp_path), DATASET, usage, tmp_path)
        assert time.monotonic() - began < 6


def test_a_model_server_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datafootprint.usage.llm.online.TRIES", 1)
    monkeypatch.setattr("datafootprint.usage.llm.bounded.LARGEST_ANSWER_BYTES", 10**6)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
    with trickling(head, b" " * 10**5, 0.001) as server:
        usage = usage_section(f"{server.url}/v1", timeout_s=20)
        began = time.monotonic()
        with pytest.raises(DatafootprintError, match="run again"):
            classify_usage(one_paper(tmp_path), DATASET, usage, tmp_path)
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("batch", [False, True])
def test_a_model_server_that_leads_elsewhere(batch: bool, tmp_path: Path) -> None:
    with LlmServer(lambda body, before: Reply()) as inner, Hub(1, 1, lambda i: {}) as outer:
        outer.path = None
        outer.reply = lambda request: (307, {"Location": f"{inner.base_url}/x"}, b"")
        usage = usage_section(f"{outer.url}/v1", batch=batch)
        with pytest.raises(DatafootprintError) as raised:
            classify_usage(one_paper(tmp_path), DATASET, usage, tmp_path)
        assert outer.url in str(raised.value)
        assert inner.requests == [] and not inner.paths


@pytest.mark.parametrize("name", ["../../../escaped", "/tmp/escaped", "a" * 64, "", "x\x00"])
def test_a_batch_writes_nothing_but_answers_that_were_asked_for(name: str, tmp_path: Path) -> None:
    class Lying(LlmServer):
        def _finish(self, batch: str) -> None:
            super()._finish(batch)
            key = f"output-{batch}"
            line = json.loads(self.files[key].splitlines()[0])
            lines = [json.dumps({**line, "custom_id": name}), "[]", "{not json", json.dumps(line)]
            self.files[key] = "\n".join(lines).encode()

    with Lying(lambda body, before: Reply(answer("trained_from_scratch", [QUOTE]))) as server:
        usage = usage_section(server.base_url, batch=True)
        cache = tmp_path / "a" / "b" / "cache"
        (record,) = classify_usage(
            [make_mention(cache, "p", f"{QUOTE} It is large.")], DATASET, usage, cache
        )
    assert record["label"] == "trained_from_scratch"
    assert len(list((cache / "llm" / "answers").rglob("*.json"))) == 1
    assert list(tmp_path.rglob("*escaped*")) == [] and not Path("/tmp/escaped.json").exists()


def test_an_expired_key_of_a_batch_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    with Hub(1, 1, lambda i: {}) as server:
        server.path = None
        said = {"error": {"message": "Incorrect API key provided: sk-very-secret"}}
        server.reply = lambda request: (401, {}, said)
        usage = usage_section(f"{server.url}/v1", batch=True)
        with pytest.raises(DatafootprintError, match="OPENAI_API_KEY") as raised:
            classify_usage(one_paper(tmp_path), DATASET, usage, tmp_path)
    assert "sk-very-secret" not in str(raised.value)
    assert "sk-very-secret" not in "".join(traceback.format_exception(raised.value))
