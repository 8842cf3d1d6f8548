"""A dataset is a folder: its card completes the configuration, and ImageNet's is not inherited."""

from pathlib import Path

import pytest
from tests.conftest import ROOT

from datafootprint.config import estimate_years, resolve_config
from datafootprint.config_faults import ConfigurationError

DATA = ROOT / "data"
CARD = "name: CIFAR-10\nsize_gb: 0.16\n"
ENERGY = "training: {epochs: 200, kwh_per_epoch: 0.02, pue_in_measurement: 1}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "usage_counts.csv").write_text(
        "year,accepted,mentioning,trained\n2024,100,40,10\n2025,110,44,12\n"
    )
    (tmp_path / "mine" / "publications.csv").write_text("year,publications\n2024,9\n2025,9\n")
    return tmp_path / "mine"


def resolved(folder: Path, card: str, **sections) -> dict:
    (folder / "dataset.yaml").write_text(card)
    return resolve_config({"dataset": "mine", **sections}, DATA)


def test_nothing_of_imagenet_is_inherited(folder: Path) -> None:
    config = resolved(folder, CARD + ENERGY)
    assert config["dataset"]["name"] == "CIFAR-10"
    assert config["dataset"]["patterns"] == config["hub"]["variants"] == []
    assert config["usage"]["counts"] == dict.fromkeys((2024, 2025), "mine/usage_counts.csv")
    assert config["usage"]["count_variants"] == ["unspecified"]
    assert config["literature"]["source"] == "mine/publications.csv"
    assert config["literature"]["keyword"] == "CIFAR-10"
    assert config["frugality"]["subset"] is config["hub"]["search"] is None
    assert config["uncertainty"]["priors"]["mean_epochs"] == {
        "fixed": 200,
        "source": "training.epochs; no range is given",
    }
    assert {name for name, path in config["dataset"]["tables"].items() if path} == {
        "usage_counts",
        "publications",
    }
    assert estimate_years(config) == [2024, 2025]


def test_a_dataset_without_publications_says_how_to_do_without(folder: Path) -> None:
    (folder / "publications.csv").unlink()
    with pytest.raises(ConfigurationError) as caught:
        resolved(folder, CARD + ENERGY)
    (fault,) = caught.value.faults
    assert "there is no mine/publications.csv" in fault
    assert "literature.source: venue" in fault
    assert resolved(folder, CARD + ENERGY, literature={"source": "venue"})


def test_a_line_through_two_years_is_refused_before_anything_runs(folder: Path) -> None:
    counts = folder / "usage_counts.csv"
    counts.write_text(counts.read_text().replace("44,12", ",") + "2023,90,30,9\n")
    with pytest.raises(ConfigurationError, match=r"needs 3 years .* but there are 2"):
        resolved(folder, CARD + ENERGY, literature={"source": "venue"})
    model = {"model": "constant"}
    assert resolved(folder, CARD + ENERGY, literature={"source": "venue"}, projection=model)


def test_a_method_without_its_tables_is_refused(folder: Path) -> None:
    """The arithmetic of one paper needs that paper's values, also in a scenario."""
    published, observed = {"headline": "as_published"}, {"headline": "as_observed"}
    with pytest.raises(ConfigurationError) as caught:
        resolved(folder, CARD + ENERGY, methods=published, scenarios={"s": {"methods": observed}})
    said = " ".join(caught.value.faults)
    assert "methods.headline is as_published, but the dataset has no values.csv" in said
    assert "scenarios.s.methods.headline is as_observed, but the dataset has no papers_" in said


def test_the_configuration_wins_over_the_card(folder: Path) -> None:
    prior = {"uniform": {"low": 100, "high": 300}, "source": "card"}
    card = f"{CARD}{ENERGY}uncertainty: {{priors: {{mean_epochs: {prior}}}}}\n"
    assert resolved(folder, card)["uncertainty"]["priors"]["mean_epochs"] == prior
    own = {"fixed": 90, "source": "me"}
    config = resolved(
        folder,
        card,
        training={"epochs": 90},
        uncertainty={"priors": {"mean_epochs": own}},
    )
    assert config["training"]["epochs"] == 90 and config["training"]["kwh_per_epoch"] == 0.02
    assert config["uncertainty"]["priors"]["mean_epochs"] == own


@pytest.mark.parametrize(
    ("card", "sentence"),
    [
        ("size_gb: 1\n", "mine/dataset.yaml: key name is missing."),
        (
            CARD + "epochs: 90\n",
            "mine/dataset.yaml: unknown key epochs (did you mean training.epochs?)",
        ),
        (CARD + "size_gb: 2\n", "mine/dataset.yaml, line 3: key size_gb is given twice."),
        (CARD + "carbon: {year: 2020}\n", "unknown key carbon"),
        (CARD + "training: {pue_target: 1}\n", "unknown key training.pue_target; allowed"),
        (CARD + "patterns: ['x*']\n", "patterns.0 is 'x*', which also finds an empty text"),
        (
            CARD + "variants: [{name: other, pattern: x}]\n",
            "variants names a variant",
        ),
        (
            CARD + "tables: {values: printed.csv}\n",
            "tables names printed.csv, but there",
        ),
        (CARD + ENERGY.replace("0.02", "20"), "more than 100 kWh per GB of the dataset; write kWh"),
        (CARD, "training.epochs is null, and the dataset sets none; give the epochs per run."),
        (CARD, "training.pue_in_measurement is null, and the dataset sets none; give the PUE"),
        (CARD, "training.kwh_per_epoch is null, and neither the dataset nor energy.logs has one."),
    ],
)
def test_faults_of_a_card(folder: Path, card: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolved(folder, card)
    assert sentence in " ".join(caught.value.faults)


def test_papers_need_patterns_and_the_hub_a_search(folder: Path) -> None:
    papers = {"source": "folder", "folder": "mine", "years": [2024]}
    (folder / "2024").mkdir()
    (folder / "2024" / "a.pdf").touch()
    with pytest.raises(ConfigurationError) as caught:
        resolved(folder, CARD + ENERGY, papers=papers, hub={"source": "live"})
    said = " ".join(caught.value.faults)
    assert "papers.source is folder, but the dataset has no patterns to search for." in said
    assert "hub.search is null; write how the Hub names the dataset." in said


def test_a_folder_without_a_card_is_named(folder: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"no mine/dataset.yaml .*, or cifar-10, imagenet-1k\."
    ):
        resolve_config({"dataset": "mine"}, DATA)
