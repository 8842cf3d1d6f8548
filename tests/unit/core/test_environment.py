"""The conda environments and the package ask for the same."""

import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("environment", "extras"), [("datafootprint", []), ("laboratory", ["measure", "imagenet"])]
)
def test_a_conda_environment_has_the_dependencies_of_the_package(environment, extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    conda = yaml.safe_load((ROOT / "workflow" / "envs" / f"{environment}.yaml").read_text())
    asked = project["dependencies"] + [line for extra in extras for line in optional[extra]]
    assert conda["dependencies"][-1] == {"pip": asked}
