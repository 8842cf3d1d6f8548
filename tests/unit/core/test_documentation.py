"""Every configuration that the documentation shows is accepted."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from snakemake.utils import update_config
from tests.conftest import ROOT

from datafootprint.config import resolve_config
from datafootprint.config_docs import documents

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
#: The same over the demonstration, whose papers an audit corrects.
OVER_THE_DEMONSTRATION = "usage: {audit: audited.csv}"
EXAMPLES = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, block in enumerate(
        re.findall(r"```yaml\n(# mine.yaml.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    )
    if OVER_THE_DEMONSTRATION not in block
]


@pytest.fixture
def folder_of_a_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that the examples name, as small as may be."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENREVIEW_TOKEN", "test")
    years = (2022, 2023, 2024)
    cards = re.findall(
        r"```yaml\n# (?:in )?my-dataset/dataset.yaml\n(.*?)```",
        (ROOT / "docs" / "datasets.md").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    (tmp_path / "my-dataset").mkdir()
    (tmp_path / "my-dataset" / "dataset.yaml").write_text("".join(cards))
    for name, columns, cells in (
        ("my-dataset/usage_counts.csv", "year,accepted,mentioning,trained", "90,60,30"),
        ("my-dataset/publications.csv", "year,publications", "900"),
    ):
        lines = [columns, *(f"{year},{cells}" for year in years)]
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    own_counts = re.search(r"```csv\n(.*?)```", (ROOT / "docs/papers.md").read_text(), re.DOTALL)
    (tmp_path / "own.csv").write_text(own_counts[1])
    for folder in ("my/pdfs", "my_pdfs"):
        for year in (2023, 2024, 2025):
            (tmp_path / folder / str(year)).mkdir(parents=True)
            (tmp_path / folder / str(year) / "a.pdf").touch()
    (tmp_path / "my_logs").mkdir()
    (tmp_path / "my_logs" / "runs.csv").write_text(
        "file,model,subset,epochs\na.csv,ResNet-50,full,1\nb.csv,ResNet-50,pruned_25,1\n"
    )
    for name in ("a.csv", "b.csv"):
        (tmp_path / "my_logs" / name).touch()
    return tmp_path


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_accepted(example: str, folder_of_a_user: Path) -> None:
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    update_config(config, yaml.safe_load(example))
    if config["papers"]["source"] == "openreview":
        pytest.importorskip("openreview", reason="an extra from Python 3.13 on")
    resolve_config(config, ROOT / "data")


@pytest.mark.parametrize("name", documents())
def test_what_is_made_from_the_model_is_current(name: str) -> None:
    """`PYTHONPATH=workflow python -m datafootprint.config_docs` writes them."""
    assert (ROOT / name).read_text(encoding="utf-8") == documents()[name]


@pytest.mark.parametrize("kind", ["config", "dataset"])
def test_the_shipped_files_fit_their_schemas(kind: str) -> None:
    schema = json.loads((ROOT / f"workflow/schemas/{kind}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    shipped = {"config": "config.yaml", "dataset": "data/imagenet-1k/dataset.yaml"}[kind]
    jsonschema.validate(yaml.safe_load((ROOT / shipped).read_text()), schema)
