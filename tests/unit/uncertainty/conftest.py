"""The Monte Carlo on the published counts, with any prior replaced."""

import copy
from pathlib import Path

import pytest

from datafootprint.energy.epoch import published_energy
from datafootprint.footprint.emissions import read_footprint
from datafootprint.legacy_tables import read_rows
from datafootprint.projection.compare import fits_to_draw_from
from datafootprint.uncertainty.chain import read_inputs
from datafootprint.uncertainty.priors import read_priors
from datafootprint.uncertainty.propagate import propagate_uncertainty

DATA = Path(__file__).parents[3] / "data"
#: The values that leave the point estimate as it is.
NEUTRAL = {
    "sampling": ["fixed", "test"],
    "projection": ["fixed", "test"],
    "mean_epochs": ["fixed", 300, "test"],
    "pue": ["fixed", 1.58, "test"],
    "storage_kwh_per_tb_year": ["fixed", 60, "test"],
    **{
        name: ["fixed", 1, "test"]
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
def factors():
    """Energy, carbon intensities and per-capita emissions as the workflow reads them."""
    return (
        published_energy(
            read_rows(DATA / "imagenet-1k" / "energy_per_epoch.csv", "energy_per_epoch"),
            1.58,
            "ImageNet-1K",
        ),
        read_rows(DATA / "factors" / "carbon_intensity_by_year.csv", "carbon_intensity_by_year"),
        read_rows(DATA / "factors" / "per_capita_emissions.csv", "per_capita_emissions"),
    )


@pytest.fixture(scope="session")
def fits(counts):
    return fits_to_draw_from(counts, 0.05)


@pytest.fixture
def inputs(config, counts, projection, publications, fits):
    """Build the inputs of the chain with some priors replaced."""

    def build(counts=counts, **priors):
        entries = {**config["uncertainty"]["priors"], **priors}
        return read_inputs(counts, projection, publications, fits, read_priors(entries))

    return build


@pytest.fixture
def propagate(config, inputs, training_runs, factors):
    """Run the Monte Carlo; returns rows by (method, tier, quantity)."""

    def run(draws=100_000, seed=1, carbon=None, sections=None, **priors):
        changed = copy.deepcopy(config)
        changed["carbon"] |= carbon or {}
        for section, values in (sections or {}).items():
            changed[section] |= values
        years = sorted({row["year"] for row in training_runs})
        rows = propagate_uncertainty(
            inputs(**priors), training_runs, read_footprint(changed, *factors, years), draws, seed
        )
        return {(row["method"], row["tier"], row["quantity"]): row for row in rows}

    return run
