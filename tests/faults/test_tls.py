"""No client talks to a server whose certificate it cannot verify; each says so in a sentence."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.faults.tls import DAY, Authority, encrypted
from tests.services.llm_server import LlmServer, Reply, answer
from tests.services.loopback import Dimensions, Hub, Loopback, OpenAlex
from tests.services.papers.openreview_server import OpenReview, paper_v2, serve
from tests.services.usage_papers import DATASET, make_mention, usage_section

from datafootprint.certificates import OF_HTTPX, OF_REQUESTS
from datafootprint.errors import DatafootprintError
from datafootprint.hub.pages import fetch_pages
from datafootprint.literature.retrieve import retrieve_publications
from datafootprint.literature.services import retrieval
from datafootprint.papers.pace import Pace, Patience
from datafootprint.papers.sources import FetchError, UrlSource
from datafootprint.papers.stage import list_papers
from datafootprint.papers.transport import PoliteAdapter, polite
from datafootprint.usage.classify import classify_usage

QUOTE = "We train every model on ImageNet from random initialisation here."
NOW = datetime(2022, 11, 22, tzinfo=UTC)


class Anything(Loopback):
    """Answers everything and must never be asked."""

    def reply(self, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, b"{}"


def list_at(url: str, folder: Path) -> Any:
    hosts = {"baseurl_v1": url, "baseurl_v2": url, "batch": 50}
    limits = {"budget_hours": None, "request_seconds": 30, "max_megabytes": 5}
    settings = {"source": "openreview", "cache_dir": str(folder), "venues": {}}
    settings |= {"allow_private_hosts": False, "openreview": hosts, "download": limits}
    return list_papers(settings, "ICLR", 2024)


def download_from(url: str, folder: Path) -> Any:
    adapter = PoliteAdapter(Pace(folder / "pace", Patience()), [], True, 10**6, 5.0)
    source = UrlSource(polite(requests.Session(), adapter), {"p": f"{url}/a.pdf"})
    ((_, got),) = source.fetch([{"paper_id": "p"}])
    if isinstance(got, FetchError):
        raise DatafootprintError(f"{got}.")
    return got


def count_at(service: str) -> Callable[[str, Path], Any]:
    def count(url: str, folder: Path) -> Any:
        literature = {"keyword": "x", "snapshots": str(folder), "retrieved": "latest"}
        literature[service] = {"base_url": url}
        keys = {"DIMENSIONS_API_KEY": "dim-secret", "OPENALEX_API_KEY": "oa-secret"}
        wanted = retrieval(service, literature, [2019, 2020, 2021], NOW.date(), keys)
        return retrieve_publications(wanted, keys, lambda: NOW, first_pause_s=30.0)

    return count


def list_hub_at(url: str, folder: Path) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huggingface_hub.constants.ENDPOINT", url)
        return fetch_pages("", folder, 30.0)


def label_at(batch: bool) -> Callable[[str, Path], Any]:
    def label(url: str, folder: Path) -> Any:
        usage = usage_section(f"{url}/v1", batch=batch)
        papers = [make_mention(folder, "p", f"{QUOTE} It is large.")]
        return classify_usage(papers, DATASET, usage, folder)

    return label


CLIENTS: dict[str, Callable[[str, Path], Any]] = {
    "openreview": list_at,
    "downloads": download_from,
    "dimensions": count_at("dimensions"),
    "openalex": count_at("openalex"),
    "hub": list_hub_at,
    "llm": label_at(False),
    "batch": label_at(True),
}


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    for variable in (*OF_REQUESTS, *OF_HTTPX):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    return Authority(tmp_path)


FAULTS: dict[str, tuple[Callable[[Authority], Path], str, bool]] = {
    "self-signed": (lambda ca: ca.issue("localhost", own=True), "self-signed", True),
    "unknown authority": (lambda ca: ca.issue("localhost"), "unable to get local issuer", False),
    "wrong host": (lambda ca: ca.issue("elsewhere.test"), "not valid for 'localhost'", True),
    "expired": (lambda ca: ca.issue("localhost", -2 * DAY), "has expired", True),
}


@pytest.mark.fault(
    "a certificate that is false, old or another's",
    "all services",
    "the certificate … could not be verified",
)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_bad_certificate_is_refused(
    client: str, fault: str, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue, reason, known = FAULTS[fault]
    if known:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
    with Anything() as server, encrypted(server.url, issue(authority)) as url:
        with pytest.raises(DatafootprintError, match="could not be verified") as raised:
            CLIENTS[client](url, tmp_path / "cache")
        assert server.requests == []
    said = str(raised.value)
    assert "localhost" in said and reason in said and "SSL_CERT_FILE" in said
    assert said.count(". ") <= 1 and "\n" not in said and "_ssl.c" not in said
    assert "very-secret" not in said


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("client", CLIENTS)
def test_an_authority_of_the_environment_is_trusted(
    client: str,
    variable: str,
    authority: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, str(authority.file))
    counts = {2019: 10, 2020: 20, 2021: 40, 2022: 4}
    dataset = {"id": "a/x", "createdAt": "2024-01-01T00:00:00.000Z"}
    reply = Reply(answer("trained_from_scratch", [QUOTE]))
    service = OpenReview("v2", notes=[paper_v2(1)], files={"/a.pdf": b"%PDF"})
    servers = {
        "dimensions": Dimensions(counts),
        "openalex": OpenAlex(counts, key="oa-secret"),
        "hub": Hub(1, 1, lambda i: dataset),
        "llm": LlmServer(lambda body, before: reply),
        "batch": LlmServer(lambda body, before: reply),
    }
    with servers.get(client) or serve(service) as server:
        plain = getattr(server, "url", "") or server.base_url
        with encrypted(plain, authority.issue("localhost")) as url:
            got = CLIENTS[client](url, tmp_path / "cache")
    assert got == 1 if client == "hub" else len(got) >= 1


@pytest.mark.fault(
    "a bundle of authorities that is none", "all services", "… names the variable and the file"
)
def test_a_bundle_that_is_none_is_told(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "wrong.pem"
    for content in (None, b"", b"not a certificate"):
        if content is not None:
            wrong.write_bytes(content)
        for variable in (*OF_REQUESTS, "SSL_CERT_FILE"):
            monkeypatch.setenv(variable, str(wrong))
            for client in CLIENTS.values():
                with pytest.raises(DatafootprintError, match=f"{variable}.*wrong.pem"):
                    client("https://localhost:1", tmp_path / "cache")
            monkeypatch.delenv(variable)
