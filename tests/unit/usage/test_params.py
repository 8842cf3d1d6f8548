"""What the jobs of the usage stage depend on, and the check of an audited sample."""

import copy
from pathlib import Path

import pytest
from tests.services.usage_papers import usage_section

from datafootprint.errors import DatafootprintError
from datafootprint.usage.usage_params import (
    api_key,
    audit_faults,
    classification_settings,
    mentions_to_label,
)


@pytest.fixture
def config() -> dict:
    usage = usage_section(None, "rules")
    return copy.deepcopy({"usage": usage})


HEADER = "position,paper_id,year,title,stratum,label,variant,human_label,human_variant,comment"
TRAINED = "2023,,trained_from_scratch,trained_from_scratch,Tiny-ImageNet,trained_from_scratch"


def test_faults_of_an_audited_sample(tmp_path: Path) -> None:
    path, known = tmp_path / "audited.csv", {"ImageNet-1K", "unspecified"}
    path.write_text(f"{HEADER}\n1,a,{TRAINED},ImageNet-1K; unspecified,\n")
    assert list(audit_faults(str(path), known)) == []
    path.write_text(f"{HEADER}\n1,a,{TRAINED},ImageNet1K,\n")
    (fault,) = audit_faults(str(path), known)
    assert "position 1: human_variant is 'ImageNet1K'" in fault
    path.write_text(f"{HEADER}\n2,b,{TRAINED},subset,\n")
    assert list(audit_faults(str(path), known)) == []
    path.write_text(f"{HEADER}\n2,b,{TRAINED},subset,\n3,b,{TRAINED},subset,\n")
    (fault,) = audit_faults(str(path), known)
    assert "position 3: paper b of 2023 is there twice" in fault


def test_a_key_is_needed_only_when_a_model_elsewhere_will_be_asked(
    config: dict, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    labelled = tmp_path / "labelled.jsonl"
    assert mentions_to_label(config["usage"], "x.jsonl", str(labelled), str(tmp_path)) == "x.jsonl"
    config["usage"]["classifier"] = "llm"
    with pytest.raises(DatafootprintError, match="OPENAI_API_KEY"):
        mentions_to_label(config["usage"], "x.jsonl", str(labelled), str(tmp_path))
    labelled.touch()
    with pytest.raises(DatafootprintError, match="OPENAI_API_KEY"):
        mentions_to_label(config["usage"], "x.jsonl", str(labelled), str(tmp_path))
    (tmp_path / "llm" / "answers").mkdir(parents=True)
    assert mentions_to_label(config["usage"], "x.jsonl", str(labelled), str(tmp_path)) == "x.jsonl"
    for here in ("http://127.0.0.1:8080/v1", "http://localhost:1/v1", "http://[::1]:1/v1"):
        assert api_key(here) == "none"
    for elsewhere in (None, "https://api.example.org/v1", "http://127.0.0.1.example.org/v1"):
        with pytest.raises(DatafootprintError):
            api_key(elsewhere)


def test_labels_depend_on_the_model_and_not_on_limits(config: dict) -> None:
    assert "llm" not in classification_settings(config["usage"])
    config["usage"]["classifier"] = "llm"
    before = classification_settings(config["usage"])
    config["usage"]["llm"] |= {"budget_usd": 50, "concurrency": 2, "batch": True, "timeout_s": 9}
    assert classification_settings(config["usage"]) == before
    config["usage"]["llm"]["model"] = "gpt-5-mini"
    assert classification_settings(config["usage"]) != before
