"""The Monte Carlo on the published counts, with any prior replaced."""

import copy

import pytest
from tests.conftest import FACTORS, PUBLISHED

from datafootprint.footprint.emissions import read_footprint
from datafootprint.literature.literature_tables import Practice
from datafootprint.literature.practice import read_practice
from datafootprint.literature.runs import estimate_runs
from datafootprint.projection.project import compare_models
from datafootprint.tables import read_table
from datafootprint.uncertainty.chain_inputs import join_inputs
from datafootprint.uncertainty.priors import FACTOR, SHARE, SOURCES
from datafootprint.uncertainty.propagate import propagate_uncertainty
from datafootprint.uncertainty.uncertainty_tables import LabelErrors
from datafootprint.usage.usage_tables import PapersRead

#: Years whose published counts are of papers that trained on any variant.
ANY_VARIANT = list(range(2017, 2026))


def fixed(value):
    """A prior without uncertainty."""
    return {"fixed": value, "source": "test"}


#: The values that leave the point estimate as it is, where they are not 1.
POINT = {"mean_epochs": 300, "pue": 1.58, "storage_kwh_per_tb_year": 60}
NEUTRAL = {
    name: fixed(POINT.get(name, 1) if source.kinds in (SHARE, FACTOR) else True)
    for name, source in SOURCES.items()
}


@pytest.fixture
def neutral():
    """Priors without variance."""
    return NEUTRAL


@pytest.fixture(scope="session")
def papers_read():
    return read_table(PUBLISHED / "papers_read.csv", PapersRead)


@pytest.fixture(scope="session")
def practice():
    return read_table(PUBLISHED / "practice.csv", Practice)


@pytest.fixture
def all_runs(config, projection, publications, papers_read, practice):
    """The training runs by all methods, also `as_observed`."""
    observed = read_practice(papers_read, practice)
    return estimate_runs(projection, publications, config["training"], observed, ANY_VARIANT)


@pytest.fixture
def joined(config, energy):
    """Join tables to the inputs of the chain; one classifier labels all years."""
    label_errors = read_table(FACTORS / "label_errors.csv", LabelErrors)

    def build(who, counts, projection, runs, read, any_variant, given=None, priors=None):
        tables = {
            "usage_counts": counts,
            "projection": projection,
            "projection_compared": compare_models(counts, 0.05),
            "training_runs": runs,
            "energy_per_epoch": energy,
            "papers_read": read[0],
            "practice": read[1],
            "label_errors": label_errors,
        }
        about = {"any_variant_years": any_variant, "by_year": dict.fromkeys(counts["year"], who)}
        about["given"] = {who: given} if given else {}
        uncertainty = {"seed": 1, "priors": config["uncertainty"]["priors"] | (priors or {})}
        return join_inputs(tables, {**config, "counts": about, "uncertainty": uncertainty})

    return build


@pytest.fixture
def inputs(joined, counts, projection, all_runs, papers_read, practice):
    """Build the inputs of the published counts, with some priors replaced."""

    def build(counts=counts, label_errors="llm", given=None, **priors):
        counts = counts.assign(source="published" if label_errors == "read" else "live")
        tables = (counts, projection, all_runs, (papers_read, practice))
        return joined(label_errors, *tables, ANY_VARIANT, given, priors)

    return build


@pytest.fixture
def factors(all_runs, energy, intensities, per_capita):
    """The tables behind a footprint."""
    return {
        "training_runs": all_runs,
        "energy_per_epoch": energy,
        "carbon_intensity_by_year": intensities,
        "per_capita_emissions": per_capita,
    }


@pytest.fixture
def propagate(config, inputs, factors):
    """Run the Monte Carlo; returns the table by (method, tier, quantity)."""

    def run(draws=100_000, seed=1, carbon=None, sections=None, **priors):
        changed = copy.deepcopy(config)
        changed["carbon"] |= carbon or {}
        for section, values in (sections or {}).items():
            changed[section] |= values
        footprint = read_footprint(factors, changed)
        table = propagate_uncertainty(inputs(**priors), footprint, draws, seed)
        return table.set_index(["method", "tier", "quantity"])

    return run
