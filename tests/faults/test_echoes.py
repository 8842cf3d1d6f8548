"""Servers that repeat every secret they are sent: none of them stands in any file or output."""

import json
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from tests.services.llm_server import LlmServer, Reply, answer, completion
from tests.services.loopback import Dimensions, Hub, Loopback, OpenAlex
from tests.services.papers.openreview_server import OpenReview, as_json, serve

pytestmark = [
    pytest.mark.faults,
    pytest.mark.fault("services that repeat secrets", "all services", "*** in their place"),
]

SECRETS = {
    "OPENAI_API_KEY": "sk-Qx7LLMkey0001",
    "DIMENSIONS_API_KEY": "dim/Qx7+key 0002",
    "OPENALEX_API_KEY": "Qx7-open&alex=0003",
    "OPENREVIEW_USERNAME": "qx7.someone0004@example.org",
    "OPENREVIEW_PASSWORD": 'Qx7 "pass\\word 0005',
    "HF_TOKEN": "hf_Qx7token0006",
}
TOKEN = "Qx7-session-token-0007"
PROXY_PASSWORD = "Qx7proxy0008"
YEARS = {year: 10_000 + 100 * (year - 2017) for year in range(2017, 2030)}


def quoted(secret: str) -> str:
    return json.dumps(secret)[1:-1]


def echo(request: dict[str, Any], *more: str) -> str:
    """Repeat what was sent, and every secret as a text, in a URL, as JSON and as Python has it."""
    secrets = [*SECRETS.values(), *more]
    forms = [form for s in secrets for form in (s, quote(s), quote_plus(s), json.dumps(s), repr(s))]
    return f"{request['headers']} {request['query']} {request['body']} {forms}"


class EchoingDimensions(Dimensions):
    """Gives a token, and repeats everything beside the counts."""

    def reply(self, request: dict[str, Any]) -> Any:
        if request["path"] == "/api/auth.json":
            return 200, {}, {"token": TOKEN}
        self.tokens, request["headers"]["Authorization"] = 1, "JWT token-1"
        status, headers, body = super().reply(request)
        return status, headers, body | {"_version": {"asked": echo(request, TOKEN)}}


class EchoingOpenAlex(OpenAlex):
    """Repeats everything beside the counts."""

    def reply(self, request: dict[str, Any]) -> Any:
        status, headers, body = super().reply(request)
        return status, headers, body | {"you": echo(request)}


class Refusing(Loopback):
    """Refuses everything and repeats it."""

    status = 401

    def reply(self, request: dict[str, Any]) -> Any:
        said = echo(request)
        return self.status, {"X-Error-Message": said.replace("\n", " ")[:2000]}, {
            "error": {"message": said}, "errors": said, "name": "Error", "message": said
        }  # fmt: skip


def dataset(i: int) -> dict[str, Any]:
    return {"id": f"a/imagenet-1k-{i}", "createdAt": "2023-01-01T00:00:00.000Z"}


class Run:
    """Runs the workflow in a copy of the project, with all secrets in the environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = ""

    def __call__(self, config: str, *targets: str, **more: str) -> int:
        (self.folder / "project" / "mine.yaml").write_text(config)
        proxy = f"http://me:{PROXY_PASSWORD}@127.0.0.1:9"
        environment = {**os.environ, **SECRETS, "OPENAI_LOG": "debug", "HF_DEBUG": "1", **more}
        environment |= {"HTTPS_PROXY": proxy, "HF_HOME": str(self.folder / "hf")}
        command = [sys.executable, "-m", "snakemake", "--cores", "2", "--printshellcmds"]
        command += ["--verbose", "--show-failed-logs", *targets, "--configfile", "mine.yaml"]
        done = subprocess.run(
            command,
            cwd=self.folder / "project",
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        self.said = done.stdout + done.stderr
        self.output += self.said
        return done.returncode

    def leaks(self) -> list[str]:
        """Say where a secret stands, in whatever form."""
        told = {str(p): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}
        assert len(told) > 100
        told["output"] = self.output.encode()
        forms = {
            form.encode()
            for secret in (*SECRETS.values(), TOKEN, PROXY_PASSWORD)
            for form in (
                secret,
                quote(secret, safe=""),
                quote_plus(secret),
                json.dumps(secret)[1:-1],
            )
        }
        return [
            f"{form!r} in {name}"
            for name, text in told.items()
            # Where they are meant to stand.
            if Path(name).name not in ("mine.yaml", Path(__file__).name)
            for form in forms
            if form in text
        ]


@pytest.fixture
def run(checkout: Path, tmp_path: Path) -> Iterator[Run]:
    shutil.copytree(checkout, tmp_path / "project")
    running = Run(tmp_path)
    yield running
    assert running.leaks() == []


LLM = """
papers: {{venue: demo, source: folder, folder: data/demo/papers, years: [2023, 2024, 2025]}}
usage: {{classifier: llm, llm: {{base_url: '{url}/v1', batch: {batch}}}}}
"""
LITERATURE = """
literature: {{source: {source}, dimensions: {{base_url: '{url}'}}, openalex: {{base_url: '{url}'}}}}
hub: {{source: {hub}}}
"""


def test_services_that_repeat_secrets(run: Run) -> None:
    with (
        EchoingDimensions(YEARS) as dimensions,
        EchoingOpenAlex(YEARS, key=SECRETS["OPENALEX_API_KEY"]) as openalex,
        Hub(3, 2, dataset) as hub,
        Refusing() as refusing,
    ):
        for source, server in (("dimensions", dimensions), ("openalex", openalex)):
            config = LITERATURE.format(source=source, url=refusing.url, hub="published")
            assert run(config, "literature") != 0 and "***" in run.said
            config = LITERATURE.format(source=source, url=server.url, hub="live")
            assert run(config, "literature", HF_ENDPOINT=refusing.url) == 0, run.said
        assert run(config, "hub", HF_ENDPOINT=refusing.url) != 0
        assert "HF_TOKEN" in run.said
        assert run(config, HF_ENDPOINT=hub.url) == 0, run.said
        refusing.status = 500
        assert run(LITERATURE.format(source="openalex", url=refusing.url, hub="live")) == 0
    for model in (False, True):
        with Refusing() as refusing:
            assert run(LLM.format(url=refusing.url, batch=str(model).lower()), "usage") != 0
            assert "OPENAI_API_KEY" in run.said


def test_a_model_that_repeats_secrets(run: Run) -> None:
    def script(body: dict[str, Any], before: int) -> Reply:
        said = echo({"headers": "", "query": "", "body": ""})
        if before == 0:
            return (
                Reply(status=400, error={"message": said}) if "2023" in str(body) else Reply(said)
            )
        found = completion(body, Reply(answer("evaluated", [said], said, reason=said)))
        return Reply(raw=json.dumps(found | {"system_fingerprint": said}).encode())

    with LlmServer(script) as server:
        run(LLM.format(url=server.base_url.removesuffix("/v1"), batch="false"), "usage")
        assert server.requests


def test_a_listing_that_repeats_secrets(run: Run) -> None:
    config = (
        "papers: {{source: openreview, years: [2024], openreview: {{baseurl_v1: '{0}', "
        "baseurl_v2: '{0}'}}}}\n"
    )
    said = echo({"headers": "", "query": "", "body": ""}, TOKEN)
    account = (SECRETS["OPENREVIEW_USERNAME"], SECRETS["OPENREVIEW_PASSWORD"])
    with serve(OpenReview("v2", account=account)) as service:
        service._session = lambda: as_json({"token": TOKEN, "user": {"profile": {"id": "~Me1"}}})
        errors = [({"name": "X", "message": said, "status": 403}, 403), ({"notes": said}, 200)]
        for body, status in errors:
            service.faults["/notes"] = deque([as_json(body, status)] * 9)
            assert run(config.format(service.url), "mentions") != 0
            assert "127.0.0.1" in run.said
        early = echo({"headers": "", "query": "", "body": ""})
        service.log_in = lambda body: as_json({"name": "Error", "message": early}, 400)
        assert run(config.format(service.url), "mentions") != 0
        service.log_in = lambda body: as_json({"message": early})
        assert run(config.format(service.url), "mentions") != 0


def test_a_password_in_an_address_of_the_configuration_is_refused(run: Run) -> None:
    url = f"http://me:{PROXY_PASSWORD}@127.0.0.1:9"
    assert run(LLM.format(url=url, batch="false")) != 0
    assert "usage.llm.base_url holds a name or password" in run.said
