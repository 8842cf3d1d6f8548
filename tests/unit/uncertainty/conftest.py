"""The Monte Carlo on the published counts, with any prior replaced."""

import copy

import pytest

from datafootprint.footprint.emissions import read_footprint
from datafootprint.projection.comparison import fits_to_draw_from
from datafootprint.uncertainty.chain import read_inputs
from datafootprint.uncertainty.priors import read_priors
from datafootprint.uncertainty.propagate import propagate_uncertainty


def fixed(value):
    """A prior without uncertainty."""
    return {"fixed": value, "source": "test"}


#: The values that leave the point estimate as it is.
NEUTRAL = {
    "sampling": fixed(True),
    "projection": fixed(True),
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
def fits(counts):
    return fits_to_draw_from(counts, 0.05)


@pytest.fixture
def inputs(config, counts, projection, publications, fits):
    """Build the inputs of the chain with some priors replaced."""

    def build(counts=counts, **priors):
        entries = {**config["uncertainty"]["priors"], **priors}
        return read_inputs(counts, projection, publications, fits, read_priors(entries), config)

    return build


@pytest.fixture
def propagate(config, inputs, training_runs, energy, intensities, per_capita):
    """Run the Monte Carlo; returns the table by (method, tier, quantity)."""

    def run(draws=100_000, seed=1, carbon=None, sections=None, **priors):
        changed = copy.deepcopy(config)
        changed["carbon"] |= carbon or {}
        for section, values in (sections or {}).items():
            changed[section] |= values
        footprint = read_footprint(changed, energy, intensities, per_capita, training_runs["year"])
        table = propagate_uncertainty(inputs(**priors), training_runs, footprint, draws, seed)
        return table.set_index(["method", "tier", "quantity"])

    return run
