"""Impossible priors are refused in one sentence; possible ones have the moments they promise."""

from pathlib import Path

import numpy as np
import pytest

from datafootprint.config import check_config
from datafootprint.errors import DatafootprintError
from datafootprint.uncertainty.draws import draw, stream
from datafootprint.uncertainty.priors import TIERS, Prior, read_priors, with_measured_spread

DATA = Path(__file__).parents[3] / "data"


@pytest.mark.parametrize(
    ("source", "prior", "sentence"),
    [
        ("sensitivity", ["beta", -17, 3, "x"], "sensitivity.1 is -17, but must be a number above"),
        ("sensitivity", ["beta", 17, 0, "x"], "sensitivity.2 is 0, but must be a number above 0"),
        ("sensitivity", ["betta", 17, 3, "x"], "sensitivity.0 is 'betta', but must be one of"),
        ("sensitivity", ["beta", 17, 3], r"must be \[beta, a, b, source\]"),
        ("sensitivity", ["beta", 17, "x"], "sensitivity"),
        ("sensitivity", ["beta", 17, 3, 5, "x"], r"must be \[beta, a, b, source\]"),
        ("sensitivity", ["beta", 17, 3, ""], "sensitivity.3"),
        ("sensitivity", ["fixed", 1.2, "x"], "a share cannot be above 1"),
        ("sensitivity", ["lognormal", 0.9, 1.1, "x"], "a share can be fixed, beta"),
        ("sensitivity", 0.9, r"is 0.9, but must be \[distribution, its parameters, source\]"),
        ("duplicates", ["triangular", 0.9, 0.8, 1, "x"], "needs low <= mode <= high"),
        ("duplicates", ["triangular", 0.9, 0.9, 0.9, "x"], "low < high"),
        ("duplicates", ["uniform", 0.9, 0.8, "x"], "needs low < high"),
        ("duplicates", ["triangular", -0.1, 0.8, 1, "x"], "duplicates.1 is -0.1, but must be"),
        ("carbon_intensity", ["lognormal_mean", 1, 0.9, "x"], "y.2 is 0.9, but must .* 1"),
        ("carbon_intensity", ["beta", 2, 2, "x"], "beta is for shares"),
        ("energy_per_epoch", ["student_t", -0.05, 3, 1.4, "x"], "h.1 is -0.05, but must be .* 0"),
        ("energy_per_epoch", ["student_t", 0.05, 1, 1.4, "x"], "h.2 is 1, but must .* 2"),
        ("energy_per_epoch", ["student_t", 0.05, 3, 1, "x"], "energy_per_epoch.3 is 1"),
        ("mean_epochs", ["mixture", [90, 300], [1], 5, "x"], "as many weights as values"),
        ("mean_epochs", ["mixture", [90, -3], [1, 1], 5, "x"], "mean_epochs.1.1 is -3"),
        ("projection", ["logit", -0.1, "x"], "projection.1 is -0.1, but must be a number at"),
        ("projection", ["ols", 0.1, "x"], "projection.0 is 'ols', but must be one of logit"),
        ("projection", ["logit", "x"], "projection"),
        ("sampling", ["flat", "x"], "sampling.0 is 'flat', but must be one of jeffreys, fixed"),
        ("pue", ["fixed", 0, "x"], "needs a value above 0"),
        ("pue", ["triangular", 0.9, 1.2, 1.5, "x"], "a PUE cannot be below 1"),
        ("specificity", ["beta", float("nan"), 2, "x"], "must be a finite number"),
        ("mean_epochs", ["mixture", [90, float("inf")], [1, 1], 5, "x"], "must be a finite number"),
        ("weather", ["fixed", 1, "x"], "unknown key uncertainty.priors.weather"),
    ],
)  # fmt: skip
def test_an_impossible_prior_is_refused_in_one_sentence(config, source, prior, sentence):
    config["uncertainty"]["priors"][source] = prior
    with pytest.raises(DatafootprintError, match=sentence) as caught:
        check_config(config, DATA)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("config: ")


def test_fixed_error_rates_that_leave_nothing_to_correct_are_refused(config):
    config["uncertainty"]["priors"] |= {
        "sensitivity": ["fixed", 0.3, "x"],
        "specificity": ["fixed", 0.7, "x"],
    }
    with pytest.raises(DatafootprintError, match=r"sensitivity \+ specificity must be above 1"):
        check_config(config, DATA)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("draws", 10, "uncertainty.draws is 10, but must be a whole number at least 1000"),
        ("draws", 1e5, "uncertainty.draws is 100000.0, but must be a whole number"),
        ("seed", -1, "uncertainty.seed is -1, but must be a whole number at least 0"),
        ("priors", {}, "is missing"),
    ],
)
def test_draws_and_seed(config, key, value, sentence):
    config["uncertainty"][key] = value
    with pytest.raises(DatafootprintError, match=sentence):
        check_config(config, DATA)


def test_every_source_has_a_prior_with_a_source(config):
    priors = read_priors(config["uncertainty"]["priors"])
    assert set(priors) == set(TIERS)
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


def test_a_spread_of_one_is_no_spread():
    for kind in ("lognormal", "lognormal_mean"):
        assert set(draw(Prior(kind, (1.1, 1), "test"), 10, stream(1, kind))) == {1.1}


@pytest.mark.parametrize("kind", ["log_normal", "jeffreys"])
def test_a_kind_that_has_no_draws_is_not_taken_for_another(kind):
    with pytest.raises(ValueError, match=f"a prior of the kind '{kind}' cannot be drawn"):
        draw(Prior(kind, (1, 2), "test"), 10, stream(1))


def test_a_measured_spread_takes_the_place_of_an_assumed_one(config):
    priors = read_priors(config["uncertainty"]["priors"])
    training = config["training"]
    row = {"model": "ResNet-50", "subset": "full", "kwh_per_epoch": 0.4, "kwh_sd": 0.01, "runs": 6}
    measured = with_measured_spread(priors, [row], training)["energy_per_epoch"]
    assert measured.parameters == (0.01 / 0.4, 6, 1.4)
    for changed in ({"runs": 1}, {"kwh_sd": None}, {"runs": None}, {"model": "Swin-T"}):
        assert with_measured_spread(priors, [{**row, **changed}], training) == priors
    typed = training | {"kwh_per_epoch": 0.3}
    assert with_measured_spread(priors, [row], typed) == priors
    fixed = read_priors(config["uncertainty"]["priors"] | {"energy_per_epoch": ["fixed", 1, "me"]})
    assert with_measured_spread(fixed, [row], training) == fixed
