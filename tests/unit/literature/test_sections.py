"""Faults of the sections `literature` and `hub`, found before anything runs."""

import pytest
import yaml
from tests.conftest import ROOT

from datafootprint.config import check_config
from datafootprint.errors import DatafootprintError

DATA = ROOT / "data"


@pytest.mark.parametrize(
    ("section", "key", "value", "sentence"),
    [
        ("literature", "dimensions", {"base_url": "http://localhost.evil.org"}, "begins with"),
        ("literature", "compare_with", "published", "compare_with is 'published', as literature.s"),
        ("literature", "compare_with", "none.csv", "none.csv: there is no such file"),
        ("hub", "search", "cifar", "'published', whose counts are of 'imagenet'"),
        (
            "hub",
            "dataset_variant",
            "cifar",
            "'cifar', but must be one of hub.variants: imagenet-1k",
        ),
        ("hub", "variants", [{"name": "imagenet-1k", "pattern": "("}], "not a regular expression"),
    ],
)
def test_a_fault_is_a_sentence(config, section, key, value, sentence):
    config[section][key] = value
    with pytest.raises(DatafootprintError, match=sentence) as caught:
        check_config(config, DATA)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["2026-11-22", "'2026-11-22'", "latest"])
def test_a_date_may_be_written_with_or_without_quotes(config, text):
    config["literature"]["retrieved"] = config["hub"]["retrieved"] = yaml.safe_load(text)
    check_config(config, DATA)
