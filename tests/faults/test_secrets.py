"""No credential in logs and tracebacks, whatever goes wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT

SECRETS = {
    "OPENAI_API_KEY": "sk-1234567890",
    "DIMENSIONS_API_KEY": "dim/ens+ions",
    "OPENALEX_API_KEY": "open-alex",
    "OPENREVIEW_PASSWORD": 'pass "word',
    "HF_TOKEN": "hf_abcdef",
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
