"""Hostile servers of language models: endless, slow and untrue answers, single and in batches."""

import json
import traceback
from pathlib import Path
from typing import Any

import pytest
from tests.services.llm_server import LlmServer, Reply, answer, passages_of
from tests.services.loopback import Hub
from tests.services.usage_papers import DATASET, make_mention, usage_section

from datafootprint.errors import DatafootprintError
from datafootprint.papers.paper_records import Mentions
from datafootprint.usage.classify import classify_usage

QUOTE = "We train every model on ImageNet from random initialisation here."


def one_paper(tmp_path: Path) -> list[Mentions]:
    return [make_mention(tmp_path, "p", f"{QUOTE} It is large.")]


LIES: dict[str, Any] = {
    "choices is no list": {"choices": "yes"},
    "no message": {"choices": [{}]},
    "content is a list": {"choices": [{"message": {"content": [{"text": "x"}]}}]},
    "half a surrogate pair": {"choices": [{"message": {"content": "\ud800"}}]},
    "refusal is an object": {"choices": [{"message": {"refusal": {"a": 1}}}]},
    "nothing": None,
}


@pytest.mark.fault("a model server that lies", "usage", "nothing is counted that is not verified")
@pytest.mark.parametrize("lie", LIES)
def test_a_model_server_that_lies(
    lie: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openai._base_client.MAX_RETRY_DELAY", 0.001)
    raw = json.dumps(LIES[lie]).encode()
    with LlmServer(lambda body, before: Reply(raw=raw)) as server:
        usage = usage_section(server.base_url)
        for _ in range(2):
            try:
                (record,) = classify_usage(one_paper(tmp_path), DATASET, usage, tmp_path)
            except DatafootprintError as error:
                assert "run again" in str(error)
            else:
                assert record.needs_review and record.label == "cited_only"


@pytest.mark.fault("untrue numbers of tokens", "usage", "the budget holds")
@pytest.mark.parametrize("tokens", [-(10**9), "many", None, 1.5])
def test_untrue_tokens_do_not_loosen_the_budget(tokens: Any, tmp_path: Path) -> None:
    def script(body: dict[str, Any], before: int) -> Reply:
        message = {"content": answer("trained_from_scratch", [passages_of(body)[:50]])}
        usage = {"prompt_tokens": tokens, "completion_tokens": tokens}
        return Reply(raw=json.dumps({"choices": [{"message": message}], "usage": usage}).encode())

    with LlmServer(script) as server:
        usage = usage_section(server.base_url)
        (record,) = classify_usage(one_paper(tmp_path), DATASET, usage, tmp_path)
    assert 0 < record.cost_usd < 0.01
    assert record.input_tokens > 50 and record.output_tokens == 500


@pytest.mark.fault("a redirect of a model server", "usage", "not followed")
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


@pytest.mark.fault("names of files in a batch", "usage", "nothing is written elsewhere")
def test_a_batch_writes_nothing_but_answers_that_were_asked_for(tmp_path: Path) -> None:
    class Lying(LlmServer):
        def _finish(self, batch: str) -> None:
            super()._finish(batch)
            key = f"output-{batch}"
            line = json.loads(self.files[key].splitlines()[0])
            names = ["../../../escaped", "a" * 63, "", "x\x00"]
            lines = [json.dumps({**line, "custom_id": name}) for name in names]
            self.files[key] = "\n".join([*lines, "[]", "{not json", "", json.dumps(line)]).encode()

    with Lying(lambda body, before: Reply(answer("trained_from_scratch", [QUOTE]))) as server:
        usage = usage_section(server.base_url, batch=True)
        cache = tmp_path / "a" / "b" / "cache"
        (record,) = classify_usage(one_paper(cache), DATASET, usage, cache)
    assert record.label == "trained_from_scratch"
    assert len(list((cache / "llm" / "answers").rglob("*.json"))) == 1
    assert list(tmp_path.rglob("*escaped*")) == []


@pytest.mark.fault("an expired key of a batch", "usage", "… OPENAI_API_KEY …")
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


@pytest.mark.fault("a wait of years", "usage", "… asks to wait until …")
@pytest.mark.parametrize("wish", ["1e9", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_server_that_asks_to_wait_for_ever_is_left(wish: str, tmp_path: Path) -> None:
    busy = Reply(status=429, headers={"Retry-After": wish})
    with LlmServer(lambda body, before: busy) as server:
        usage = usage_section(server.base_url)
        with pytest.raises(DatafootprintError, match="asks to wait until"):
            classify_usage(one_paper(tmp_path), DATASET, usage, tmp_path)
