"""Draws from priors have the moments that they promise."""

import numpy as np
import pandas as pd
import pytest
from tests.unit.uncertainty.conftest import fixed

from datafootprint.uncertainty.draws import draw, stream
from datafootprint.uncertainty.priors import SOURCES, Prior, read_priors


def test_every_source_has_a_prior_with_a_source(config, energy):
    priors = read_priors(config, energy)
    assert set(priors) == set(SOURCES)
    assert all(isinstance(prior.source, str) and len(prior.source) > 5 for prior in priors.values())


@pytest.mark.parametrize(
    ("prior", "mean", "sd"),
    [
        (("fixed", 2), 2, 0),
        (("beta", 17, 3), 0.85, np.sqrt(17 * 3 / (20**2 * 21))),
        (("uniform", 1, 3), 2, 2 / np.sqrt(12)),
        (("triangular", 0, 1, 2), 1, 1 / np.sqrt(6)),
        (("lognormal", 2, np.exp(0.5)), 2 * np.exp(0.125), None),
        (("lognormal_mean", 2, np.exp(0.5)), 2, 2 * np.sqrt(np.exp(0.25) - 1)),
        (("one_plus_lognormal", 2, np.exp(0.5)), 1 + 2 * np.exp(0.125), None),
        (("mixture", [90, 300], [2, 1], 8), 160, np.sqrt(2 / 9 * 210**2 / 9)),
    ],
)
def test_draws_have_the_moments_of_their_distribution(prior, mean, sd):
    kind, *parameters = prior
    values = draw(Prior(kind, tuple(parameters), "test"), 400_000, stream(3, kind))
    assert values.mean() == pytest.approx(mean, rel=0.005)
    if sd is not None:
        assert values.std() == pytest.approx(sd, rel=0.01, abs=1e-12)


def test_the_mean_of_three_runs_follows_student_and_is_cut():
    prior = Prior("student_t", (0.05, 3, 1.4), "test")
    values = draw(prior, 400_000, stream(3, "t"))
    assert np.median(values) == pytest.approx(1, abs=1e-3)
    assert (values.min(), values.max()) == pytest.approx((1 / 1.4, 1.4))
    # t(0.975, 2) = 4.3027 standard errors.
    assert np.quantile(values, 0.975) == pytest.approx(np.exp(4.3027 * 0.05 / np.sqrt(3)), rel=0.01)


def test_a_measured_spread_takes_the_place_of_an_assumed_one(config):
    row = {"model": "ResNet-50", "subset": "full", "kwh_per_epoch": 0.4, "kwh_sd": 0.01, "runs": 6}

    def parameters(**changed):
        return read_priors(config, pd.DataFrame([row | changed]))["energy_per_epoch"].parameters

    assumed = parameters(runs=1)
    assert parameters() == (0.01 / 0.4, 6, 1.4) != assumed
    for changed in ({"kwh_sd": None}, {"runs": None}, {"model": "Swin-T"}):
        assert parameters(**changed) == assumed
    config["training"]["kwh_per_epoch"] = 0.3
    assert parameters() == assumed
    config["training"]["kwh_per_epoch"] = None
    config["uncertainty"]["priors"]["energy_per_epoch"] = fixed(1)
    assert parameters() == (1,)
