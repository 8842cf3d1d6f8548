"""Behind a proxy of the environment: everything works, and no link to a private host reaches it."""

import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faults.proxy import Proxy, leading
from tests.faults.servers import trickling
from tests.faults.test_web import fetch
from tests.faults.tls import Authority, encrypted
from tests.services.loopback import Hub, Loopback

from datafootprint.hub.pages import fetch_pages
from datafootprint.papers.sources import FetchError
from datafootprint.redaction import without_secrets

PDF = b"%PDF-1.4 content %%EOF"


class Files(Loopback):
    """Answers everything with a PDF."""

    def reply(self, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, PDF


@pytest.fixture
def server() -> Iterator[Files]:
    with Files() as server:
        yield server


@pytest.fixture
def proxy(server: Files, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with leading(server.url) as proxy:
        use(proxy.url, monkeypatch)
        yield proxy


def use(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        for variable in (name, name.lower()):
            monkeypatch.setenv(variable, url)
    for variable in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)


# The last two are names that only the proxy may be able to look up.
@pytest.mark.parametrize(
    "host", ["1.1.1.1", "[2606:4700::1111]", "papers.unknown-to-us.org", "a.b.unknown-to-us.co.uk."]
)
def test_links_to_the_internet_go_through_the_proxy(
    host: str, proxy: Proxy, tmp_path: Path
) -> None:
    assert fetch(f"http://{host}/a.pdf", tmp_path) == PDF
    assert proxy.asked == [f"GET http://{host}/a.pdf"]


def test_the_certificate_of_the_target_counts(
    server: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
    for host, known in (("papers.example.org", True), ("other.example.org", False)):
        certificate = authority.issue("papers.example.org")
        with encrypted(server.url, certificate) as inner, leading(inner) as proxy:
            use(proxy.url, monkeypatch)
            got = fetch(f"https://{host}/a.pdf", tmp_path)
            assert proxy.asked == [f"CONNECT {host}:443"]
            assert got == PDF if known else "could not be verified" in str(got)


PRIVATE = [
    *("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "10.1.2.3", "169.254.169.254"),
    *("127.0.0.1.", "intranet", "localhost.", "metadata.google.internal", "printer.local"),
    *("our.test", "1.2.3.999", "x.home.arpa", "[64:ff9b::7f00:1]"),
]


@pytest.mark.fault("a private address behind a proxy", "papers", "… papers.allow_private_hosts")
@pytest.mark.parametrize("host", PRIVATE)
@pytest.mark.parametrize("redirected", [False, True])
def test_no_private_host_is_asked_of_the_proxy(
    host: str,
    redirected: bool,
    proxy: Proxy,
    server: Files,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = socket.getaddrinfo

    def looked_up(name: str, *args: Any, **kwargs: Any) -> Any:
        return real("10.1.2.3" if name == "our.test" else name, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    target = f"http://{host}/secret"
    if redirected:
        server.faults = [(302, {"Location": target}, b"")]
        got = fetch("http://1.1.1.1/a.pdf", tmp_path)
        assert proxy.asked == ["GET http://1.1.1.1/a.pdf"]
    else:
        got = fetch(target, tmp_path)
        assert proxy.asked == []
    assert isinstance(got, FetchError) and got.status in ("refused", "unreachable")
    assert "not public" in str(got) or "no such host" in str(got)


def test_a_private_host_that_is_meant_may_be_asked_of_the_proxy(
    proxy: Proxy, tmp_path: Path
) -> None:
    assert fetch("http://10.1.2.3/a.pdf", tmp_path, private=True) == PDF


def test_what_needs_no_proxy_is_checked_as_without(
    proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    got = fetch(f"{proxy.url}/a.pdf", tmp_path)
    assert isinstance(got, FetchError) and got.status == "refused" and proxy.asked == []


def test_a_trickle_through_a_proxy_has_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datafootprint.papers.transport.ATTEMPTS", 1)
    with trickling(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n") as server:
        use(server.url, monkeypatch)
        began = time.monotonic()
        got = fetch("http://1.1.1.1/a.pdf", tmp_path, seconds=0.8)
        assert isinstance(got, FetchError) and got.status == "unreachable"
        assert time.monotonic() - began < 6


def test_the_other_clients_use_the_proxy_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = {"id": "a/x", "createdAt": "2024-01-01T00:00:00.000Z"}
    with Hub(1, 1, lambda i: dataset) as hub, leading(hub.url) as proxy:
        use(proxy.url, monkeypatch)
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://hub.example.org")
        assert fetch_pages("", tmp_path, 0.0) == 1
        assert {line.split("?")[0] for line in proxy.asked} >= {
            "GET http://hub.example.org/api/datasets",
        }


@pytest.mark.fault("the password of a proxy", "all services", "*** in its place")
@pytest.mark.parametrize("password", ["hunter2hunter2", "pass%2Fword%40home"])
def test_the_password_of_a_proxy_stays_unsaid(
    password: str,
    server: Files,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("datafootprint.papers.transport.ATTEMPTS", 1)
    caplog.set_level(logging.INFO)
    with leading(server.url) as proxy:
        use(f"http://me:{password}@127.0.0.1:{proxy.port}", monkeypatch)
        assert fetch("http://1.1.1.1/a.pdf", tmp_path) == PDF
        assert proxy.credentials
    got = fetch("http://1.1.1.1/b.pdf", tmp_path)
    assert isinstance(got, FetchError) and password not in f"{got!r} {caplog.text}"
    told = f"Failed to parse http://me:{password}@127.0.0.1, that is pass/word@home"
    assert password not in without_secrets(told)
    assert ("pass/word@home" in without_secrets(told)) == (password == "hunter2hunter2")
