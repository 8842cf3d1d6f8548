"""Tables of the report's tests."""

import pytest
from tests.conftest import ROOT

from datafootprint.all_tables import read_inputs
from datafootprint.literature.runs import estimate_runs
from datafootprint.projection.project import project_usage

FACTORS = ROOT / "data" / "factors"


@pytest.fixture(scope="session")
def published():
    """The tables of the paper, as DataFrames by name."""
    paths = {path.stem: path for path in (ROOT / "data" / "imagenet-1k").glob("*.csv")}
    paths["hub_counts"] = paths.pop("hub_copies")
    return read_inputs(paths)


@pytest.fixture(scope="session")
def factors():
    """The tables of factors that the report reads, by name."""
    names = ("carbon_intensity_by_year", "per_capita_emissions", "energy_to_accuracy")
    return read_inputs({name: FACTORS / f"{name}.csv" for name in names})


@pytest.fixture(scope="session")
def projection(published):
    """The projection of the published counts."""
    return project_usage(published["usage_counts"], "ols", 0.05)


@pytest.fixture(scope="session")
def runs(projection, published):
    """The training runs of the published counts."""
    return estimate_runs(projection, published["publications"])
