"""A second dataset from an empty folder: one card and two tables."""

import csv
from pathlib import Path

import pytest
from tests.conftest import ROOT

CARD = """\
name: CIFAR-10
size_gb: 0.163
patterns: ['cifar-?10(?!0)']
literature: {keyword: CIFAR-10}
hub:
  search: cifar10
  variants: [{name: cifar10, pattern: 'cifar-?10(?!0)'}]
  dataset_variant: cifar10
training:
  epochs: 200
  kwh_per_epoch: 0.02
  # Metered at the machine.
  pue_in_measurement: 1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Invented counts: 90 publications per year, of which a quarter trained."""
    dataset = tmp_path / "cifar-10"
    dataset.mkdir()
    (dataset / "dataset.yaml").write_text(CARD)
    (dataset / "usage_counts.csv").write_text(
        "year,accepted,mentioning,trained\n2022,100,40,10\n2023,200,40,10\n2024,300,80,20\n"
    )
    (dataset / "publications.csv").write_text("year,publications\n2022,90\n2023,90\n2024,90\n")
    (tmp_path / "mine.yaml").write_text(
        "dataset: cifar-10\nprojection: {until: 2024}\ntraining: {pue_target: 1}\n"
    )
    return tmp_path


def test_a_card_publications_and_papers_of_one_year_are_enough(folder: Path, snakemake) -> None:
    """No table of counts: the demonstration papers are read, and their year is the only one."""
    dataset, papers = folder / "cifar-10", ROOT / "data" / "demo" / "papers"
    (dataset / "dataset.yaml").write_text(CARD.replace("'cifar-?10(?!0)']", "imagenet]"))
    (dataset / "usage_counts.csv").unlink()
    (folder / "mine.yaml").write_text(
        "dataset: cifar-10\nprojection: {until: 2024, model: last}\n"
        f"papers: {{source: folder, folder: {papers}, years: [2024]}}\n"
    )
    done = snakemake(folder, "-s", str(ROOT / "Snakefile"), "--configfile", "mine.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    with (folder / "results" / "training_runs.csv").open(newline="") as stream:
        assert {row["publications"] for row in csv.DictReader(stream)} == {"90"}
    assert "Invented papers." in (folder / "results" / "report.html").read_text(encoding="utf-8")


def test_a_card_and_two_tables_are_enough(folder: Path, snakemake) -> None:
    """67.5 runs of 200 epochs of 0.02 kWh; nothing of ImageNet is in it."""
    assert CARD.count("\n") <= 15
    arguments = ("-s", str(ROOT / "Snakefile"), "--configfile", "mine.yaml")
    done = snakemake(folder, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    with (folder / "results" / "training_emissions.csv").open(newline="") as stream:
        training = {row["method"]: row for row in csv.DictReader(stream)}
    assert float(training["as_described"]["runs"]) == pytest.approx(67.5)
    assert float(training["as_described"]["energy_kwh"]) == pytest.approx(270)
    made = {path.stem for path in (folder / "results").glob("*.csv")}
    assert not made & {"published_check", "published_projection", "hub_copies", "frugality"}
    page = (folder / "results" / "report.html").read_text(encoding="utf-8")
    assert "CIFAR-10" in page and "46,179" not in page and "ICLR, as counted" not in page
    # The slip of the paper on ImageNet is not repeated.
    assert "As published" not in page and '"as_published"' not in page
    for path in (folder / "results").rglob("*.csv"):
        assert "as_published" not in path.read_text(encoding="utf-8"), path
    done = snakemake(folder, *arguments[:2], "hub", *arguments[2:])
    assert "the dataset has no hub_copies.csv; set it to live" in done.stderr
