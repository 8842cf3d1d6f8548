"""Each model finds a known truth, and bounds, dispersion and sparse counts behave as they must."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from datafootprint.projection.binomial import fit_logit, is_separated
from datafootprint.projection.models import MODELS, predict
from datafootprint.projection.project import compare_models, project_usage
from datafootprint.projection.shares import observed_counts, sample_of

YEARS = tuple(range(2017, 2023))
#: Models that need nothing beside the counts.
ALONE = [name for name in MODELS if name != "strata"]


def sample_from(years, parts, wholes):
    """Return a sample: papers that count, of papers, by year."""
    return pd.DataFrame({"part": parts, "whole": wholes}, index=years, dtype=float)


def in_year(model, sample, year, whole):
    """Return what a model says about one year."""
    return next(predict(model, sample, [year], [whole], 0.05).itertuples(index=False))


@pytest.fixture
def described(counts):
    """The share of trained papers among those that mention the dataset."""
    return sample_of("trained_share_of_mentioning", observed_counts(counts))


def test_the_models_give_these_runs(counts, publications):
    runs = {"ols": 115_531, "logit": 116_153, "constant": 124_508, "last": 117_735}
    for model, expected in runs.items():
        shares = project_usage(counts, model, 0.05)["trained_share_of_mentioning"]
        assert round((shares * publications["publications"]).sum()) == expected


@pytest.mark.parametrize("model", ALONE)
def test_a_share_that_never_changes_is_continued(model):
    sample = sample_from(YEARS, 30, 100)
    prediction = in_year(model, sample, 2025, 100)
    assert prediction.mean == pytest.approx(0.3, abs=1e-9)
    assert prediction.mean_low <= prediction.mean <= prediction.mean_high
    assert np.isfinite(in_year(model, sample, 2025, 0)).all()


def test_a_known_line_is_found_by_ols_and_wls():
    shares = [0.5 - 0.02 * (year - 2017) for year in YEARS]
    wholes = (100.0, 300.0, 200.0, 500.0, 400.0, 900.0)
    sample = sample_from(YEARS, tuple(s * w for s, w in zip(shares, wholes, strict=True)), wholes)
    for model in ("ols", "wls"):
        prediction = in_year(model, sample, 2025, 1000)
        assert prediction.mean == pytest.approx(0.34, abs=1e-12)
        assert prediction.high - prediction.low == pytest.approx(0, abs=1e-9)


def test_bounds_follow_the_textbook_formula():
    """Three points, one degree of freedom: t(0.975, 1) = 12.7062, computed by hand."""
    sample = sample_from((2001, 2002, 2003), (10.0, 40.0, 40.0), (100.0, 100.0, 100.0))
    found = in_year("ols", sample, 2004, 100)
    residual_sd = math.sqrt(0.05**2 + 0.1**2 + 0.05**2)
    leverage = 1 / 3 + 2**2 / 2
    assert found.mean == pytest.approx(0.6)
    narrow = 12.7062 * residual_sd * math.sqrt(leverage)
    wide = 12.7062 * residual_sd * math.sqrt(1 + leverage)
    assert found.mean_high - found.mean == pytest.approx(narrow, rel=1e-5)
    assert found.high - found.mean == pytest.approx(wide, rel=1e-5)
    assert found.mean - found.low == pytest.approx(found.high - found.mean)


def test_a_known_logit_line_is_found():
    truth = expit(-0.5 - 0.06 * (np.array(YEARS) - 2017))
    sample = sample_from(YEARS, tuple(truth * 1000), 1000)
    fit = fit_logit(sample)
    assert fit.coefficients == pytest.approx((-0.5, -0.06), abs=1e-8)
    assert fit.dispersion == 1
    assert fit.at([2025])[0] == pytest.approx(-0.5 - 0.06 * 8)


def test_dispersion_above_one_widens_the_bounds_by_its_root(described):
    calm = sample_from(YEARS, (300.0, 310.0, 305.0, 295.0, 300.0, 298.0), 1000)
    wild = sample_from(YEARS, (200.0, 410.0, 305.0, 195.0, 400.0, 298.0), 1000)
    assert fit_logit(calm).dispersion == 1
    assert math.sqrt(fit_logit(described).covariance[1, 1]) == pytest.approx(0.03822312, rel=1e-6)
    fit = fit_logit(wild)
    assert fit.dispersion > 10
    design = np.column_stack([np.ones(6), np.array(YEARS) - 2017.0])
    shares, wholes = np.array(wild["part"] / wild["whole"]), np.array(wild["whole"])
    plain = GLM(shares, design, family=Binomial(), var_weights=wholes).fit()
    assert fit.covariance[1, 1] == pytest.approx(plain.cov_params()[1, 1] * fit.dispersion)


def test_scattered_counts_say_less_and_the_prior_of_the_slope_more():
    """The mode of the likelihood over the dispersion and the prior, found by another optimiser."""
    years, sd = np.arange(6.0), 0.05
    parts = np.array([20.0, 80, 30, 150, 60, 300])
    wholes = np.array([100.0, 200, 300, 400, 500, 600])
    fit = fit_logit(sample_from(YEARS, tuple(parts), tuple(wholes)), sd)

    def loss(coefficients):
        logits = coefficients[0] + coefficients[1] * years
        fits = parts @ logits - wholes @ np.logaddexp(0, logits)
        return -fits / fit.dispersion + coefficients[1] ** 2 / (2 * sd**2)

    found = minimize(
        loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
    )
    assert fit.dispersion > 50
    assert fit.coefficients == pytest.approx(found.x, abs=1e-6)
    # The data cannot make the slope less certain than the prior alone.
    assert math.sqrt(fit.covariance[1, 1]) < sd


def test_the_last_share_is_that_of_the_last_year_before():
    years = (2017, 2018, 2022, 2025)
    sample = sample_from(years, [30, 40, 25, 15], 100)
    means = {2016: 0.3, 2019: 0.4, 2021: 0.4, 2023: 0.25, 2024: 0.25, 2026: 0.15}
    found = predict("last", sample, list(means), [100] * 6, 0.05)
    assert found["mean"].to_dict() == means
    # A year in between is as uncertain as one as far behind the end.
    found = predict("last", sample, [2022, 2023, 2024], [100] * 3, 0.05)
    assert (found["high"] - found["low"]).is_monotonic_increasing


def test_a_step_over_years_without_counts_counts_for_its_years():
    """With papers without number the step is all there is: 1 logit in 4 years, a quarter a year."""
    many = 1e9
    shares = expit(np.array([0.0, 1.0]))
    found = in_year("last", sample_from((2017, 2021), shares * many, many), 2022, many)
    assert logit(found.high) - 1 == pytest.approx(1.959964 * 0.5, rel=1e-3)


@pytest.mark.parametrize(
    "parts", [(0, 0, 0, 3), (5, 0, 0, 0), (60, 60, 60, 57), (0, 0, 60, 60), (0, 30, 60, 60)]
)
def test_counts_that_a_year_parts_have_a_slope_with_bounds(parts):
    """The likelihood alone would make the next year 0 or 1."""
    sample = sample_from((2017, 2018, 2019, 2020), parts, 60)
    assert is_separated(sample)
    fit = fit_logit(sample)
    assert abs(fit.coefficients[1]) < 10
    assert 0 < fit.covariance[1, 1] < 1000


@pytest.mark.parametrize("parts", [0, 50])
@pytest.mark.parametrize("model", ["logit", "constant", "last", "bayes"])
def test_counts_without_any_or_with_all_papers_have_bounds(model, parts):
    bounds = in_year(model, sample_from(YEARS, parts, 50), 2025, 50)
    assert 0 <= bounds.low <= bounds.mean_low <= bounds.mean <= bounds.mean_high <= bounds.high <= 1
    assert np.isfinite(bounds).all()


def test_every_model_is_compared_in_every_year(counts):
    table = compare_models(counts, 0.05)
    assert len(table) == len(ALONE) * 3 * 9
    bounds = table[["low", "mean_low", "mean", "mean_high", "high"]].to_numpy()
    assert (np.diff(bounds, axis=1) >= 0).all() and (bounds >= 0).all() and (bounds <= 1).all()
    few = compare_models(counts.iloc[[0, 8]], 0.05)
    assert set(few["model"]) == {"constant", "last", "bayes"}


def test_the_average_has_the_models_that_few_years_allow(counts):
    def weights(table):
        by_model = table.groupby("model")["weight"].first()
        return by_model[by_model > 0].to_dict()

    four = ("logit", "constant", "last", "bayes")
    assert weights(compare_models(counts, 0.05)) == dict.fromkeys(four, 1 / 4)
    assert weights(compare_models(counts[:2], 0.05)) == dict.fromkeys(four[1:], 1 / 3)
