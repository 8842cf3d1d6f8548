"""Sessions against loopback servers: limits, repetitions, redirects, and faults as sentences."""

import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import requests
from tests.services.certificates import DAY, Authority
from tests.services.loopback import Loopback

from datafootprint import http
from datafootprint.errors import DatafootprintError
from datafootprint.waiting import LongWaitError, OutOfTimeError, Pace, Patience


class Web(Loopback):
    """Answers everything with a JSON object."""

    def reply(self, request: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        return 200, {}, {"path": request["path"]}


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


def get(url: str, **limits: Any) -> Any:
    web = http.session(first_pause_s=0.01, **limits)
    return http.json_of(http.ask(web, "GET", url, what="a service"), "a service")


@pytest.mark.parametrize(
    "fault",
    [
        (503, {}, b"busy"),
        (429, {"Retry-After": "0"}, {"error": "slow down"}),
        (200, {"Content-Length": "1000", "Connection": "close"}, b"{"),
    ],
)
def test_a_passing_fault_is_tried_again(fault: Any, web: Web) -> None:
    web.faults = [fault] * 2
    assert get(f"{web.url}/x") == {"path": "/x"}
    assert len(web.requests) == 3
    assert "datafootprint" in web.requests[0]["headers"]["User-Agent"]


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (
            (500, {}, b"out of order"),
            500,
            r"fails; run again later \(HTTP 500: out of order",
        ),
        ((401, {}, b"no"), 401, r"refuses the key or the account \(HTTP 401: no\)"),
        ((403, {}, b"no"), 403, r"refuses the key or the account \(HTTP 403: no\)"),
        ((400, {}, b"bad query"), 400, r"refuses the request \(HTTP 400: bad query\)"),
        (
            (429, {"Retry-After": "0"}, b""),
            429,
            r"no quota .*; run again later \(HTTP 429\)",
        ),
    ],
)
def test_a_lasting_fault_is_a_sentence(fault: Any, status: int, said: str, web: Web) -> None:
    web.faults = [fault] * 9
    with pytest.raises(http.StatusError, match=said) as raised:
        get(f"{web.url}/x", retries=1)
    assert raised.value.status == status
    assert len(web.requests) == (2 if status in http.TRIED_AGAIN else 1)


def test_a_wait_that_is_too_long_is_refused_with_its_end(web: Web) -> None:
    web.faults = [(429, {"Retry-After": "172800"}, {"message": "daily quota"})] * 2
    with pytest.raises(LongWaitError, match=r"daily quota.*asks to wait until \d{4}-\d\d-\d\d \d"):
        get(web.url)
    with pytest.raises(LongWaitError), http.session(patience=Patience(longest_s=60)) as limited:
        limited.get(web.url)
    assert len(web.requests) == 2


def test_a_web_page_is_no_json(web: Web) -> None:
    web.faults = [(200, {}, b"<html>Please log in</html>")]
    with pytest.raises(DatafootprintError, match=r"something else than JSON.*<html>Please log in"):
        get(web.url)


def test_a_large_or_slow_answer_is_refused(web: Web) -> None:
    web.faults = [(200, {}, b'"' + b"x" * 2_000_000 + b'"')]
    with pytest.raises(DatafootprintError, match=r"more than 1\.0 MB"):
        get(web.url, max_megabytes=1.0)
    web.reply = lambda request: time.sleep(1) or (200, {}, {})  # type: ignore[method-assign]
    with pytest.raises(DatafootprintError, match="no whole answer in time"):
        get(web.url, timeout_s=0.2, retries=0)


def test_a_key_follows_no_redirect(web: Web) -> None:
    web.faults = [(302, {"Location": f"{web.url}/elsewhere"}, b"")]
    with pytest.raises(http.StatusError, match="redirects to another address"):
        get(web.url)
    assert len(web.requests) == 1


def test_nobody_answers() -> None:
    with pytest.raises(DatafootprintError, match=r"127\.0\.0\.1:9: cannot be reached \(Connection"):
        get("http://127.0.0.1:9", retries=0)
    with pytest.raises(DatafootprintError, match=r"nowhere\.invalid: no such host"):
        get("http://nowhere.invalid", retries=0)


def test_a_netrc_file_is_not_read(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("default login me password mine\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    get(web.url)
    assert "Authorization" not in web.requests[0]["headers"]


def ask_twice(url: str, folder: Path) -> None:
    limited = http.session(pace=Pace(folder, "web", 240), patience=Patience())
    for _ in range(2):
        limited.get(url)


def test_jobs_share_the_pace(web: Web, tmp_path: Path) -> None:
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    jobs = [context.Process(target=ask_twice, args=(web.url, tmp_path)) for _ in range(2)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
        assert job.exitcode == 0
    # Four requests, a quarter of a second apart.
    assert time.monotonic() - began >= 0.75
    assert len(web.requests) == 4


def test_a_wait_holds_for_the_next_job(web: Web, tmp_path: Path) -> None:
    pace = Pace(tmp_path, "web")
    web.faults = [(429, {}, {"details": {"resetTime": "2999-01-01T00:00:00Z"}})]
    with pytest.raises(LongWaitError):
        http.session(pace=pace).get(web.url)
    with pytest.raises(OutOfTimeError):
        http.session(pace=pace, patience=Patience(budget_s=3600)).get(web.url)
    assert len(web.requests) == 1


def test_a_state_of_a_wrong_clock_or_damaged_is_no_wait(tmp_path: Path) -> None:
    pace = Pace(tmp_path, "web")
    for content in (f'{{"host": {time.time() + 10**8}}}', "[]", '{"host": "x"}', "{"):
        pace.path.write_text(content)
        pace.turn("host", Patience(5))


def test_an_existing_session_gets_the_limits(web: Web) -> None:
    web.faults = [(503, {}, b"")]
    own = http.session(requests.Session(), first_pause_s=0.01)
    assert own.get(web.url).status_code == 200


def get_by_httpx(url: str) -> Any:
    """Ask as the client of a language model does."""
    try:
        with httpx2.Client(**http.httpx_options()) as client:
            return client.get(url).json()
    except httpx2.HTTPError as error:
        raise http.explain(error, "a service") from None


CLIENTS = pytest.mark.parametrize("client", [get, get_by_httpx])


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    for variable in http.CERTIFICATES:
        monkeypatch.delenv(variable, raising=False)
    return Authority(tmp_path)


@CLIENTS
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_certificate_of_a_company_is_trusted(
    variable: str, client: Any, authority: Authority, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = web.encrypt(authority.issue("localhost"))
    with pytest.raises(DatafootprintError, match=r"could not be verified.*REQUESTS_CA_BUNDLE or"):
        client(url)
    monkeypatch.setenv(variable, str(authority.file))
    assert client(f"{url}/x") == {"path": "/x"}
    assert len(web.requests) == 1


@CLIENTS
@pytest.mark.parametrize("fault", ["another host", "expired"])
def test_a_wrong_certificate_is_refused_at_once(
    fault: str, client: Any, authority: Authority, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
    expired = fault == "expired"
    host = "localhost" if expired else "elsewhere.test"
    url = web.encrypt(authority.issue(host, -DAY if expired else DAY))
    reason = "has expired" if expired else "not valid for 'localhost'"
    with pytest.raises(DatafootprintError, match=f"could not be verified .*{reason}"):
        client(url)
    assert web.requests == []


@CLIENTS
@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_file_that_holds_no_certificate_is_named(
    content: str | None,
    client: Any,
    authority: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if content is not None:
        (tmp_path / "wrong.pem").write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "wrong.pem"))
    with pytest.raises(DatafootprintError, match=r"SSL_CERT_FILE names .*wrong\.pem"):
        client("https://localhost:9")


@CLIENTS
def test_the_proxy_of_the_environment_is_used(
    client: Any, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", web.url)
    assert client("http://papers.example.org/x") == {"path": "/x"}
    assert web.requests[0]["headers"]["Host"] == "papers.example.org"
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(DatafootprintError, match="the proxy of the environment"):
        get("http://papers.example.org/x", retries=0)
