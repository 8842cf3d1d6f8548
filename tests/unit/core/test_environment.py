"""The conda environment and the package ask for the same."""

import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]


def test_the_conda_environment_has_the_dependencies_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    environment = yaml.safe_load((ROOT / "workflow" / "envs" / "datafootprint.yaml").read_text())
    assert environment["dependencies"][-1] == {"pip": project["dependencies"]}
