"""Settings of the usage stage that cannot work are refused before anything runs."""

import copy
from pathlib import Path

import pytest
from tests.services.usage_papers import COUNTED, DATASET, llm_section

from datafootprint.errors import DatafootprintError
from datafootprint.usage.llm.credentials import api_key
from datafootprint.usage.settings import check_usage, classification_settings, mentions_to_label


@pytest.fixture
def config() -> dict:
    return copy.deepcopy(
        {
            "dataset": DATASET,
            "papers": {"source": "folder", "years": [2023]},
            "usage": {
                "counts": {"2023": "published"},
                "classifier": "rules",
                "count_variants": COUNTED,
                "llm": llm_section(None),
                "audit_sample": {"papers": 10, "seed": 1},
                "audit": None,
                "error_rates": {"sensitivity": None, "specificity": None},
            },
        }
    )


def test_good_settings_pass(config: dict) -> None:
    check_usage(config)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"audit": "nowhere.csv"}, r"nowhere\.csv: there is no such file"),
        ({"error_rates": {"sensitivity": 0.9, "specificity": None}}, "is set alone"),
        ({"error_rates": {"sensitivity": 0.4, "specificity": 0.6}}, "above 1"),
        (
            {"audit": "x.csv", "error_rates": {"sensitivity": 0.9, "specificity": 0.9}},
            "are both set",
        ),
        ({"count_variants": ["ImageNet-3K"]}, "'ImageNet-3K' is none of dataset.variants"),
    ],
)
def test_faults_are_told(config: dict, changes: dict, sentence: str) -> None:
    config["usage"].update(changes)
    with pytest.raises(DatafootprintError, match=sentence):
        check_usage(config)


HEADER = "position,paper_id,year,title,stratum,label,variant,human_label,human_variant,comment"
TRAINED = "2023,,trained_from_scratch,trained_from_scratch,Tiny-ImageNet,trained_from_scratch"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((f"1,a,{TRAINED},ImageNet1K,",), "position 1: human_variant 'ImageNet1K' is none of "),
        (
            (f"3,a,{TRAINED},,", f"100,a,{TRAINED},,"),
            r"audited\.csv: paper a of 2023 is at position 100 and at another; keep one",
        ),
        (
            (f"1,a,{TRAINED},,", "2,b,2023,,cited_only,cited_only"),
            "line 3: there are 6 cells",
        ),
        ((f"1,a,{TRAINED},,".replace("2023", "2_023"),), "line 2: year is '2_023', but must be"),
    ],
)
def test_faults_of_an_audited_sample_are_told(
    config: dict, tmp_path: Path, lines: tuple[str, ...], sentence: str
) -> None:
    path = tmp_path / "audited.csv"
    config["usage"]["audit"] = str(path)
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    with pytest.raises(DatafootprintError, match=sentence):
        check_usage(config)
    path.write_text(f"{HEADER},human_label\n")
    with pytest.raises(DatafootprintError, match="column 'human_label' occurs twice"):
        check_usage(config)
    path.write_text(f"{HEADER}\n1,a,{TRAINED},ImageNet-1K; unspecified,\n")
    check_usage(config)
    config["papers"]["source"] = "published"
    with pytest.raises(DatafootprintError, match="audit corrects years that are read, and none is"):
        check_usage(config)
    config["usage"] |= {"audit": None, "error_rates": {"sensitivity": 0.9, "specificity": 0.9}}
    with pytest.raises(DatafootprintError, match="error_rates corrects years that are read"):
        check_usage(config)


def test_a_key_is_needed_only_when_a_model_elsewhere_will_be_asked(
    config: dict, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    labelled = tmp_path / "labelled.jsonl"
    assert mentions_to_label(config["usage"], "x.jsonl", str(labelled)) == "x.jsonl"
    config["usage"]["classifier"] = "llm"
    check_usage(config)
    with pytest.raises(DatafootprintError, match="OPENAI_API_KEY"):
        mentions_to_label(config["usage"], "x.jsonl", str(labelled))
    labelled.touch()
    assert mentions_to_label(config["usage"], "x.jsonl", str(labelled)) == "x.jsonl"
    for here in ("http://127.0.0.1:8080/v1", "http://localhost:1/v1", "http://[::1]:1/v1"):
        assert api_key(here) == "none"
    for elsewhere in (None, "https://api.example.org/v1", "http://127.0.0.1.example.org/v1"):
        with pytest.raises(DatafootprintError):
            api_key(elsewhere)


def test_labels_by_rules_do_not_depend_on_the_model(config: dict) -> None:
    assert "llm" not in classification_settings(config["usage"])


def test_labels_depend_on_the_model_and_not_on_limits(config: dict) -> None:
    config["usage"]["classifier"] = "llm"
    before = classification_settings(config["usage"])
    config["usage"]["llm"] |= {"budget_usd": 50, "concurrency": 2, "batch": True, "timeout_s": 9}
    assert classification_settings(config["usage"]) == before
    config["usage"]["llm"]["model"] = "gpt-5-mini"
    assert classification_settings(config["usage"]) != before
