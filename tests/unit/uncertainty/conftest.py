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
from datafootprint.uncertainty.propagate import propagate_uncertainty
from datafootprint.uncertainty.uncertainty_tables import LabelErrors
from datafootprint.usage.usage_tables import PapersRead

#: Years whose published counts are of papers that trained on any variant.
ANY_VARIANT = list(range(2017, 2026))


def fixed(value):
    """A prior without uncertainty."""
    return {"fixed": value, "source": "test"}


#: The values that leave the point estimate as it is.
NEUTRAL = {
    **{name: fixed(True) for name in ("sampling", "projection")},
    **{
        f"observed_{name}": fixed(True)
        for name in ("variant_share", "runs_per_paper", "epochs", "hardware")
    },
    "mean_epochs": fixed(300),
    "pue": fixed(1.58),
    "storage_kwh_per_tb_year": fixed(60),
    **{
        name: fixed(1)
        for name in (
            "sensitivity",
            "specificity",
            "duplicates",
            "energy_per_epoch",
            "carbon_intensity",
            "share_outside_venue",
            "references_searched",
            "full_dataset",
            "model_and_hardware",
            "runs_per_paper",
        )
    },
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


@pytest.fixture(scope="session")
def label_errors_measured():
    return read_table(FACTORS / "label_errors.csv", LabelErrors)


@pytest.fixture
def all_runs(config, projection, publications, papers_read, practice):
    """The training runs by all methods, also `as_observed`."""
    observed = read_practice(papers_read, practice)
    return estimate_runs(projection, publications, config["training"], observed, ANY_VARIANT)


@pytest.fixture
def inputs(
    config, counts, projection, all_runs, energy, papers_read, practice, label_errors_measured
):
    """Build the inputs of the chain with some priors, and the errors of labels, replaced."""

    def build(counts=counts, label_errors="llm", given=None, **priors):
        tables = {
            "usage_counts": counts.assign(source="published" if label_errors == "read" else "live"),
            "projection": projection,
            "projection_compared": compare_models(counts, 0.05),
            "training_runs": all_runs,
            "energy_per_epoch": energy,
            "papers_read": papers_read,
            "practice": practice,
            "label_errors": label_errors_measured,
        }
        by_year = dict.fromkeys(ANY_VARIANT, label_errors)
        sections = {
            **config,
            "counts": {
                "any_variant_years": ANY_VARIANT,
                "by_year": by_year,
                "given": {label_errors: given} if given else {},
            },
            "uncertainty": {
                "seed": 1,
                "priors": {**config["uncertainty"]["priors"], **priors},
            },
        }
        return join_inputs(tables, sections)

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
