"""Faults of the sections `literature` and `hub`, found before anything runs."""

from datetime import date

import pytest
import yaml
from tests.conftest import ROOT

from datafootprint.config import check_config
from datafootprint.errors import DatafootprintError
from datafootprint.literature.services import publication_table, retrieval

DATA = ROOT / "data"


@pytest.mark.parametrize(
    ("section", "key", "value", "sentence"),
    [
        ("literature", "keyword", " ", "keyword is ' ', but must be a text with at least one"),
        ("literature", "retrieved", "newest", "must be `latest` or a date"),
        ("literature", "disagreement_factor", 0.5, "disagreement_factor is 0.5, .* at least 1"),
        ("literature", "openalex", {"base_url": "http://example.org"}, "begins with https://"),
        ("literature", "dimensions", {"base_url": "http://localhost.evil.org"}, "begins with"),
        ("literature", "compare_with", "published", "compare_with is 'published', as literature.s"),
        ("literature", "compare_with", "none.csv", "none.csv: there is no such file"),
        ("hub", "source", "huggingface", "must be one of published, live"),
        ("hub", "search", "cifar", "'published', whose counts are of 'imagenet'"),
        (
            "hub",
            "dataset_variant",
            "cifar",
            "'cifar', but must be one of hub.variants: imagenet-1k",
        ),
        ("hub", "variants", [{"name": "imagenet-1k", "pattern": "("}], "not a regular expression"),
        ("hub", "variants", [{"name": "imagenet-1k"}], "pattern is missing"),
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


def test_an_old_snapshot_is_told_apart_from_a_year_that_runs(config, tmp_path):
    literature = config["literature"] | {"snapshots": str(tmp_path)}
    snapshot = tmp_path / "openalex_ImageNet_since+2017_2025-06-01"
    snapshot.mkdir()
    (snapshot / "publications.csv").touch()
    with pytest.raises(DatafootprintError, match=r"of 2025-06-01, .* to 2024, or .*2026-11-22 to"):
        retrieval("openalex", literature, [2017, 2025], date(2026, 11, 22), {})
    wanted = retrieval("openalex", literature, [2017, 2024], date(2026, 11, 22), {})
    assert (wanted["day"], wanted["last_year"]) == ("2025-06-01", 2025)


def test_where_the_counts_of_a_source_lie():
    assert publication_table("published", "data/published") == "data/published/publications.csv"
    assert publication_table("openalex", "data/published") == "results/publications_openalex.csv"
    assert publication_table("mine.csv", "data/published") == "mine.csv"
