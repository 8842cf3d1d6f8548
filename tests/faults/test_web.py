"""Hostile servers: where links lead, how slow, how large and how untrue an answer may be."""

import socket
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.faults.servers import SLOW, trickling
from tests.services.loopback import Hub

from datafootprint.connections import is_public_address
from datafootprint.errors import DatafootprintError
from datafootprint.hub.pages import fetch_pages
from datafootprint.papers.pace import Pace, Patience
from datafootprint.papers.sources import FetchError, UrlSource
from datafootprint.papers.transport import PoliteAdapter, polite


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


@pytest.mark.fault(
    "a link or redirect to a private address", "papers", "… papers.allow_private_hosts"
)
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


@pytest.mark.fault("a name that changes its meaning", "papers", "refused before anything is sent")
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


@pytest.mark.fault("what is no link", "papers", "refused")
@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://[::1", "ftp://example.org/a.pdf", "javascript:alert(1)",
     "//example.org/a.pdf", "http://", "http://a b/", "http://\x00/", "", "gopher://127.0.0.1/"],
)  # fmt: skip
def test_what_is_no_link_is_refused(url: str, tmp_path: Path) -> None:
    got = fetch(url, tmp_path)
    assert isinstance(got, FetchError) and got.status in ("refused", "unreachable")


@pytest.mark.fault("a redirect out of the web", "papers", "refused")
@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "http://[::1"]
)
def test_redirects_lead_to_the_web_only(target: str, tmp_path: Path) -> None:
    with Hub(1, 1, lambda i: {}) as server:
        server.faults = [(302, {"Location": target}, b"")]
        got = fetch(f"{server.url}/api/datasets", tmp_path, private=True)
    assert isinstance(got, FetchError) and got.status == "refused"


@pytest.mark.fault("a name without address (DNS)", "papers", "nowhere.invalid: no such host")
def test_a_name_without_address(tmp_path: Path) -> None:
    got = fetch("http://nowhere.invalid/a.pdf", tmp_path)
    assert isinstance(got, FetchError) and str(got) == "nowhere.invalid: no such host"


@pytest.mark.fault("a slow-loris server", "papers", "no answer from …")
@pytest.mark.parametrize("part", SLOW)
def test_a_trickle_has_an_end(part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datafootprint.papers.transport.ATTEMPTS", 1)
    with trickling(*SLOW[part]) as server:
        began = time.monotonic()
        got = fetch(server.url, tmp_path, private=True, seconds=0.8)
        assert isinstance(got, FetchError) and got.status == "unreachable"
        assert time.monotonic() - began < 6


def test_a_handshake_that_trickles_has_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datafootprint.papers.transport.ATTEMPTS", 1)
    with trickling(b"\x16\x03\x03\x40\x00", b"\x02") as server:
        began = time.monotonic()
        got = fetch(f"https://127.0.0.1:{server.port}/", tmp_path, private=True, seconds=0.8)
        assert isinstance(got, FetchError) and got.status == "unreachable"
        assert time.monotonic() - began < 6


@pytest.mark.fault("a redirect of the Hub", "hub", "… redirects to another address")
def test_the_hub_leads_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Hub(1, 1, lambda i: {}) as inner, Hub(1, 1, lambda i: {}) as outer:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", outer.url)
        outer.faults = [(302, {"Location": f"{inner.url}/api/datasets"}, b"")]
        with pytest.raises(DatafootprintError, match="redirects to another address"):
            fetch_pages("x", tmp_path, 0.0)
        assert inner.requests == []
