"""No credential in logs and tracebacks, and nothing that comes in is changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.services.llm_server import LlmServer, Reply, answer
from tests.services.usage_papers import DATASET, make_mention, usage_section

from datafootprint.usage.classify import classify_usage

SECRETS = {
    "OPENAI_API_KEY": "sk-1234567890",
    "DIMENSIONS_API_KEY": "dim/ens+ions",
    "OPENALEX_API_KEY": "open-alex-key",
    "OPENREVIEW_PASSWORD": 'pass "word',
    "HF_TOKEN": "hf_abcdefgh",
}
JOB = """
import logging, os, sys, warnings
from urllib.parse import quote
sys.path.insert(0, {package!r})
from datafootprint.errors import DatafootprintError
from datafootprint.job import logged_to
secrets = [os.environ[name] for name in {names!r}]
told = " ".join([*secrets, *map(quote, secrets), *map(repr, secrets)])
with logged_to({log!r}):
    logging.getLogger("datafootprint.x").warning("a line %s", told)
    warnings.warn(told)
    try:
        raise KeyError(told)
    except KeyError as error:
        raise {error}
"""


@pytest.mark.fault("secrets in errors", "all", "*** in their place")
@pytest.mark.parametrize(
    "error", ["ValueError(told)", "DatafootprintError(told)", "OSError(28, told)", "OSError(told)"]
)
def test_no_secret_in_logs_and_tracebacks(error: str, tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    code = JOB.format(
        package=str(ROOT / "workflow"), names=list(SECRETS), log=str(log), error=error
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **SECRETS}, capture_output=True, text=True
    )
    assert done.returncode == 1
    text = log.read_text() + done.stdout + done.stderr
    assert "***" in text
    assert ("Traceback" in text) == (error in ("ValueError(told)", "OSError(told)"))
    for secret in (*SECRETS.values(), "dim%2Fens%2Bions", "pass%20%22word"):
        assert secret not in text


def test_a_key_that_is_an_everyday_word_changes_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    quote = "The network is tested on ImageNet without any training."
    paper = make_mention(tmp_path, "p", quote)
    with LlmServer(lambda body, before: Reply(answer("evaluated", [quote]))) as server:
        usage = usage_section(server.base_url)
        (record,) = classify_usage([paper], DATASET, usage, tmp_path)
    assert record.label == "evaluated" and not record.needs_review
    (kept,) = (tmp_path / "llm" / "answers").rglob("*.json")
    assert "tested on ImageNet" in kept.read_text()
