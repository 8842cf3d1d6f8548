"""Each model finds a known truth, and bounds, dispersion and sparse counts behave as they must."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from datafootprint.errors import DatafootprintError
from datafootprint.projection.binomial import fit_constant, fit_logit, fit_shrunk, is_separated
from datafootprint.projection.compare import compare_models, fits_to_draw_from
from datafootprint.projection.models import MODELS, fit_trend
from datafootprint.projection.project import project_usage
from datafootprint.projection.shares import Sample, observed_rows, sample_of

YEARS = tuple(range(2017, 2023))


@pytest.fixture
def described(counts):
    """The share of trained papers among those that mention the dataset."""
    return sample_of("trained_share_of_mentioning", observed_rows(counts))


def total_runs(counts, publications, model):
    papers = {row["year"]: row["publications"] for row in publications}
    return sum(
        row["trained_share_of_mentioning"] * papers[row["year"]]
        for row in project_usage(counts, model, 0.05)
    )


@pytest.mark.parametrize(
    ("model", "runs"),
    [("ols", 115_531), ("logit", 116_153), ("constant", 124_508), ("last", 117_735)],
)
def test_the_models_give_these_runs(counts, publications, model, runs):
    assert round(total_runs(counts, publications, model)) == runs


@pytest.mark.parametrize("model", MODELS)
def test_a_share_that_never_changes_is_continued(model):
    sample = Sample(YEARS, (30.0,) * 6, (100.0,) * 6)
    prediction = fit_trend(model, sample, 0.05)(2025, 100)
    assert prediction.mean == pytest.approx(0.3, abs=1e-9)
    assert prediction.mean_low <= prediction.mean <= prediction.mean_high


def test_a_known_line_is_found_by_ols_and_wls():
    shares = [0.5 - 0.02 * (year - 2017) for year in YEARS]
    wholes = (100.0, 300.0, 200.0, 500.0, 400.0, 900.0)
    sample = Sample(YEARS, tuple(s * w for s, w in zip(shares, wholes, strict=True)), wholes)
    for model in ("ols", "wls"):
        prediction = fit_trend(model, sample, 0.05)(2025, 1000)
        assert prediction.mean == pytest.approx(0.34, abs=1e-12)
        assert prediction.high - prediction.low == pytest.approx(0, abs=1e-9)


def test_bounds_follow_the_textbook_formula():
    """Three points, one degree of freedom: t(0.975, 1) = 12.7062, computed by hand."""
    sample = Sample((2001, 2002, 2003), (10.0, 40.0, 40.0), (100.0, 100.0, 100.0))
    found = fit_trend("ols", sample, 0.05)(2004, 100)
    residual_sd = math.sqrt(0.05**2 + 0.1**2 + 0.05**2)
    leverage = 1 / 3 + 2**2 / 2
    assert found.mean == pytest.approx(0.6)
    narrow = 12.7062 * residual_sd * math.sqrt(leverage)
    wide = 12.7062 * residual_sd * math.sqrt(1 + leverage)
    assert found.mean_high - found.mean == pytest.approx(narrow, rel=1e-5)
    assert found.high - found.mean == pytest.approx(wide, rel=1e-5)
    assert found.mean - found.low == pytest.approx(found.high - found.mean)


def test_equal_weights_make_wls_the_same_as_ols():
    sample = Sample(YEARS, (31.0, 35.0, 28.0, 30.0, 25.0, 27.0), (100.0,) * 6)
    ols, wls = (fit_trend(model, sample, 0.05)(2024, 100) for model in ("ols", "wls"))
    assert vars(wls) == pytest.approx(vars(ols), rel=1e-9)


def test_a_known_logit_line_is_found():
    truth = expit(-0.5 - 0.06 * (np.array(YEARS) - 2017))
    sample = Sample(YEARS, tuple(truth * 1000), (1000.0,) * 6)
    fit = fit_logit(sample)
    assert (fit.intercept, fit.slope) == pytest.approx((-0.5, -0.06), abs=1e-8)
    assert fit.dispersion == 1
    assert fit.at(2025)[0] == pytest.approx(-0.5 - 0.06 * 8)


def test_standard_errors_are_those_of_counts(described):
    """The wrong way (`scale="X2"` with counts) is about 25 times too small."""
    fit = fit_logit(described)
    assert math.sqrt(fit.slope_variance) == pytest.approx(0.03822312, rel=1e-6)
    parts, wholes = np.array(described.parts), np.array(described.wholes)
    design = np.column_stack([np.ones(6), np.array(YEARS) - 2017.0])
    wrong = GLM(np.column_stack([parts, wholes - parts]), design, family=Binomial())
    assert math.sqrt(fit.slope_variance) / wrong.fit(scale="X2").bse[1] > 10


def test_dispersion_above_one_widens_the_bounds_by_its_root():
    calm = Sample(YEARS, (300.0, 310.0, 305.0, 295.0, 300.0, 298.0), (1000.0,) * 6)
    wild = Sample(YEARS, (200.0, 410.0, 305.0, 195.0, 400.0, 298.0), (1000.0,) * 6)
    assert fit_logit(calm).dispersion == 1
    fit = fit_logit(wild)
    assert fit.dispersion > 10
    design = np.column_stack([np.ones(6), np.array(YEARS) - 2017.0])
    plain = GLM(
        np.array(wild.shares), design, family=Binomial(), var_weights=np.array(wild.wholes)
    ).fit()
    assert fit.slope_variance == pytest.approx(plain.cov_params()[1, 1] * fit.dispersion)


def test_the_shrunk_slope_lies_between_none_and_the_full_one(described):
    none, full = fit_constant(described), fit_logit(described)
    narrow, medium, wide = (fit_shrunk(described, sd) for sd in (1e-4, 0.05, 1e3))
    assert full.slope < medium.slope < 0
    assert narrow.slope == pytest.approx(0, abs=1e-6)
    assert narrow.intercept == pytest.approx(none.intercept, abs=1e-5)
    assert (wide.intercept, wide.slope) == pytest.approx((full.intercept, full.slope), rel=1e-6)
    assert wide.slope_variance == pytest.approx(full.slope_variance, rel=1e-5)


def test_scattered_counts_say_less_and_the_prior_of_the_slope_more():
    """The mode of the likelihood over the dispersion and the prior, found by another optimiser."""
    years, sd = np.arange(6.0), 0.05
    parts = np.array([20.0, 80, 30, 150, 60, 300])
    wholes = np.array([100.0, 200, 300, 400, 500, 600])
    fit = fit_shrunk(Sample(YEARS, tuple(parts), tuple(wholes)), sd)

    def loss(coefficients):
        logits = coefficients[0] + coefficients[1] * years
        fits = parts @ logits - wholes @ np.logaddexp(0, logits)
        return -fits / fit.dispersion + coefficients[1] ** 2 / (2 * sd**2)

    found = minimize(
        loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
    )
    assert fit.dispersion > 50
    assert (fit.intercept, fit.slope) == pytest.approx(found.x, abs=1e-6)
    # The data cannot make the slope less certain than the prior alone.
    assert math.sqrt(fit.slope_variance) < sd


def test_years_far_apart_have_a_posterior_mode_too():
    """The first Newton step leads to where all expected shares are 0 or 1."""
    sample = Sample((2010, 2021, 2025), (0.0, 27.0, 50.0), (1000.0, 50.0, 50.0))
    fit = fit_shrunk(sample, 0.05)
    assert 0.3 < fit.slope < 0.5
    assert 0 < math.sqrt(fit.slope_variance) < 0.05


def test_the_constant_is_the_pooled_share(described):
    found = fit_trend("constant", described, 0.05)(2025, 1000)
    assert found.mean == pytest.approx(sum(described.parts) / sum(described.wholes))


def test_the_last_share_spreads_with_the_distance():
    sample = Sample(YEARS, (200.0, 410.0, 305.0, 195.0, 400.0, 298.0), (1000.0,) * 6)
    trend = fit_trend("last", sample, 0.05)
    near, far = trend(2023, 1000), trend(2025, 1000)
    assert near.mean == far.mean == 0.298
    assert far.high - far.low > near.high - near.low


def test_the_last_share_is_that_of_the_last_year_before():
    years = (2017, 2018, 2022, 2025)
    trend = fit_trend("last", Sample(years, (30.0, 40.0, 25.0, 15.0), (100.0,) * 4), 0.05)
    means = {2016: 0.3, 2019: 0.4, 2021: 0.4, 2023: 0.25, 2024: 0.25, 2026: 0.15}
    assert {year: trend(year, 100).mean for year in means} == means
    # A year in between is as uncertain as one as far behind the end.
    widths = [trend(year, 100).high - trend(year, 100).low for year in (2022, 2023, 2024)]
    assert widths[0] < widths[1] < widths[2]


def test_a_step_over_years_without_counts_counts_for_its_years():
    """With papers without number the step is all there is: 1 logit in 4 years, a quarter a year."""
    many = 1e9
    shares = expit(np.array([0.0, 1.0]))
    trend = fit_trend("last", Sample((2017, 2021), tuple(shares * many), (many, many)), 0.05)
    found = trend(2022, many)
    assert logit(found.high) - 1 == pytest.approx(1.959964 * 0.5, rel=1e-3)


@pytest.mark.parametrize(
    "parts", [(0, 0, 0, 3), (5, 0, 0, 0), (60, 60, 60, 57), (0, 0, 60, 60), (0, 30, 60, 60)]
)
def test_counts_that_a_year_parts_have_a_slope_with_bounds(parts):
    """The likelihood alone would make the next year 0 or 1."""
    sample = Sample((2017, 2018, 2019, 2020), tuple(map(float, parts)), (60.0,) * 4)
    assert is_separated(sample)
    fit = fit_logit(sample)
    assert abs(fit.slope) < 10
    assert 0 < fit.slope_variance < 1000
    rows = [
        {"year": year, "accepted": 100, "mentioning": 60, "trained": part}
        for year, part in zip(sample.years, parts, strict=True)
    ]
    drawn = {row["share"]: row["model"] for row in fits_to_draw_from(rows, 0.05)}
    assert drawn["trained_share_of_mentioning"] == "bayes"


def test_counts_that_no_year_parts_are_left_as_they_are(described):
    assert not is_separated(described)
    assert not is_separated(Sample((2017, 2018, 2019), (0.0, 2.0, 0.0), (60.0,) * 3))


@pytest.mark.parametrize("parts", [(0.0,) * 6, (50.0,) * 6])
@pytest.mark.parametrize("model", ["logit", "constant", "last", "bayes"])
def test_counts_without_any_or_with_all_papers_have_bounds(model, parts):
    bounds = fit_trend(model, Sample(YEARS, parts, (50.0,) * 6), 0.05)(2025, 50)
    assert 0 <= bounds.low <= bounds.mean_low <= bounds.mean <= bounds.mean_high <= bounds.high <= 1
    assert all(math.isfinite(value) for value in vars(bounds).values())


@pytest.mark.parametrize(("model", "least"), [("ols", 3), ("wls", 3), ("logit", 2)])
def test_too_few_years_are_refused_with_the_models_that_would_do(model, least):
    sample = Sample(YEARS[: least - 1], (30.0,) * (least - 1), (100.0,) * (least - 1))
    with pytest.raises(DatafootprintError, match=f"{model} needs at least {least}.*choose.*bayes"):
        fit_trend(model, sample, 0.05)


def test_a_year_without_papers_has_the_bounds_of_one_paper(described):
    for model in MODELS:
        trend = fit_trend(model, described, 0.05)
        assert vars(trend(2025, 0)).keys() and math.isfinite(trend(2025, 0).high)
    wls = fit_trend("wls", described, 0.05)
    assert wls(2025, 0) == wls(2025, 1)


def test_all_years_observed_need_no_model(counts):
    one = [row for row in counts if row["year"] == 2017]
    assert project_usage(one, "ols", 0.05)[0]["trained_share_of_mentioning"] == 28 / 75


def test_every_model_is_compared_in_every_year(counts):
    rows = compare_models(counts, 0.05)
    assert len(rows) == 6 * 3 * 9
    assert all(
        0 <= r["low"] <= r["mean_low"] <= r["mean"] <= r["mean_high"] <= r["high"] <= 1
        for r in rows
    )
    assert {r["model"] for r in compare_models(counts[:1] + counts[8:], 0.05)} == {
        "constant",
        "last",
        "bayes",
    }


def test_two_observed_years_are_drawn_from_the_shrunk_regression(counts):
    assert {row["model"] for row in fits_to_draw_from(counts, 0.05)} == {"logit"}
    assert {row["model"] for row in fits_to_draw_from(counts[:2], 0.05)} == {"bayes"}
    fit = fits_to_draw_from(counts, 0.05)[2]
    assert expit(fit["intercept"]) == pytest.approx(expit(logit(0.357)), abs=0.001)
