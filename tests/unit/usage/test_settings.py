"""Settings of the usage stage that cannot work are refused before anything runs."""

import copy

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
        ({"audit": "nowhere.csv"}, r"usage\.audit: nowhere\.csv: there is no such file"),
        ({"error_rates": {"sensitivity": 0.9, "specificity": None}}, "is set alone"),
        ({"error_rates": {"sensitivity": 0.4, "specificity": 0.6}}, "above 1"),
        (
            {"audit": "x.csv", "error_rates": {"sensitivity": 0.9, "specificity": 0.9}},
            "are both set",
        ),
        ({"count_variants": ["ImageNet-3K"]}, "'ImageNet-3K' is no key of dataset.variants"),
    ],
)
def test_faults_are_told(config: dict, changes: dict, sentence: str) -> None:
    config["usage"].update(changes)
    with pytest.raises(DatafootprintError, match=sentence):
        check_usage(config)


def test_a_key_is_needed_only_when_a_model_elsewhere_will_be_asked(
    config: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert mentions_to_label(config["usage"], "x.jsonl") == "x.jsonl"
    config["usage"]["classifier"] = "llm"
    check_usage(config)
    with pytest.raises(DatafootprintError, match="OPENAI_API_KEY"):
        mentions_to_label(config["usage"], "x.jsonl")
    for here in ("http://127.0.0.1:8080/v1", "http://localhost:1/v1", "http://[::1]:1/v1"):
        assert api_key(here) == "none"
    for elsewhere in (None, "https://api.example.org/v1", "http://127.0.0.1.example.org/v1"):
        with pytest.raises(DatafootprintError):
            api_key(elsewhere)


def test_labels_by_rules_do_not_depend_on_the_model(config: dict) -> None:
    assert "llm" not in classification_settings(config["usage"])
    config["usage"]["classifier"] = "llm"
    assert classification_settings(config["usage"])["llm"] == config["usage"]["llm"]
