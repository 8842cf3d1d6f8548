"""Corrections and shares, by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta
from tests.unit.uncertainty.conftest import fixed

from datafootprint.literature.methods import METHODS
from datafootprint.uncertainty.chain import (
    at_tier,
    draw_sources,
    measured_shares,
    runs_by_year,
    share_draws,
)
from datafootprint.uncertainty.priors import Tier
from datafootprint.usage.correction import rogan_gladen
from datafootprint.usage.labels import Correction

FIXED_T2 = {
    "sampling": fixed(True),
    "projection": fixed(True),
    "sensitivity": fixed(0.85),
    "specificity": fixed(0.95),
    "duplicates": fixed(0.9),
}


def runs(built, method, tier=Tier.MEASUREMENT, size=1):
    """Return the draws of the runs by year."""
    chosen = METHODS[method]
    sources = at_tier(draw_sources(built, chosen.share, size, 1), tier)
    shares = measured_shares(built, sources, chosen.share)
    drawn = runs_by_year(built, sources, chosen, shares)
    return dict(zip(built.years.index, drawn, strict=True))


def shares(built, share, size):
    """Return the draws of a share by year."""
    drawn = share_draws(built, draw_sources(built, share, size, 1), share)
    return dict(zip(built.years.index, drawn, strict=True))


def test_label_errors_are_corrected_by_rogan_and_gladen(inputs):
    """2017: 28 of 75 labelled; (28/75 - 0.05) / 0.80 = 0.404167; 12998 publications, 90% kept."""
    found = runs(inputs(**FIXED_T2), "as_described")
    assert found[2017] == pytest.approx(0.4041666667 * 12998 * 0.9)


def test_of_all_accepted_papers_only_those_seen_can_be_mislabelled(inputs):
    """2017: (28/196 - 0.05 x 75/196) / 0.80 = 0.154656, rounded to 0.155 by the method."""
    found = runs(inputs(**FIXED_T2), "year_aligned")
    assert found[2017] == pytest.approx(0.155 * 12998 * 0.9)


def test_the_published_order_of_years_is_kept(inputs, projection):
    share = projection.set_index("year").loc[2025, "trained_share"]
    found = runs(inputs(**FIXED_T2), "as_published", Tier.SAMPLING)
    assert found[2017] == pytest.approx(round(share, 3) * 12998)
    assert found[2025] == pytest.approx(0.143 * 65124)


def test_corrected_shares_stay_shares(inputs):
    poor = {**FIXED_T2, "specificity": fixed(0.5), "duplicates": fixed(1)}
    found = runs(inputs(**poor), "as_described")
    assert not any(found.values())
    low = {"triangular": {"low": 0.1, "mode": 0.2, "high": 0.3}, "source": "test"}
    useless = {**poor, "sensitivity": low}
    found = runs(inputs(**useless), "as_described")
    assert all(0 <= value < 1e9 for value in found.values())


def test_observed_years_follow_their_beta_posterior(inputs):
    drawn = shares(inputs(), "trained_share_of_mentioning", 200_000)
    assert drawn[2017].mean() == pytest.approx(28.5 / 76, rel=0.002)
    assert drawn[2017].std() == pytest.approx(np.sqrt(28.5 * 47.5 / (76**2 * 77)), rel=0.01)


def test_projected_years_bend_together_and_stay_within_0_and_1(inputs):
    built = inputs(projection={"logit": {"bend_sd": 2.0}, "source": "test"})
    drawn = shares(built, "trained_share", 50_000)
    for year in (2023, 2024, 2025):
        assert drawn[year].min() > 0 and drawn[year].max() < 1
    logits = [np.log(drawn[year] / (1 - drawn[year])) for year in (2023, 2025)]
    assert np.corrcoef(logits)[0, 1] > 0.99


def test_without_bend_projected_logits_have_the_covariance_of_the_fit(inputs, fits):
    built = inputs(projection={"logit": {"bend_sd": 0}, "source": "test"})
    drawn = shares(built, "trained_share", 200_000)[2025]
    fit = fits.set_index("share").loc["trained_share"]
    logits = np.log(drawn / (1 - drawn))
    variance = fit["intercept_variance"] + 16 * fit["covariance"] + 64 * fit["slope_variance"]
    assert logits.mean() == pytest.approx(fit["intercept"] + 8 * fit["slope"], rel=0.002)
    assert logits.var() == pytest.approx(variance, rel=0.02)


@pytest.fixture
def audited(counts):
    """The published counts as if an audit had corrected them, with an error of 5 papers."""
    return counts.assign(
        correction=Correction.AUDIT,
        trained_low=counts["trained"] - 9.8,
        trained_high=counts["trained"] + 9.8,
    )


def test_audited_counts_are_not_corrected_again_but_have_the_error_of_the_audit(inputs, audited):
    built = inputs(audited, **FIXED_T2)
    found = runs(built, "as_described", size=200_000)
    papers = built.years["publications"] * 0.9
    for year, share, error in ((2017, 28 / 75, 5 / 75), (2022, 110 / 395, 5 / 395)):
        assert found[year].mean() == pytest.approx(share * papers[year], rel=0.002)
        assert found[year].std() == pytest.approx(error * papers[year], rel=0.01)
    projected = built.years.loc[2024, "trained_share_of_mentioning"]
    assert found[2024].mean() == pytest.approx(projected * papers[2024], rel=0.01)


def test_counts_corrected_with_rates_from_elsewhere_stay_as_they_are(inputs, counts):
    known = counts.assign(correction=Correction.ROGAN_GLADEN)
    found = runs(inputs(known, **FIXED_T2), "as_described")
    assert found[2017] == pytest.approx(28 / 75 * 12998 * 0.9)


def test_known_error_rates_stretch_the_error_of_sampling(inputs, counts):
    """The same world as raw labels drawn first and corrected afterwards."""
    observed = counts["mentioning"].notna()
    rates = {"sensitivity": 0.7, "specificity": 0.85}
    raw = (counts["trained"] / counts["mentioning"].astype(float)).map(
        lambda share: rogan_gladen(share, **rates), na_action="ignore"
    )
    known = counts.assign(
        trained_raw=counts["trained"],
        trained=counts["mentioning"].astype(float) * raw,
        correction=pd.Series(Correction.ROGAN_GLADEN, index=counts.index).where(observed),
        **rates,
    )
    size, papers, labelled = 200_000, 395, 110
    built = inputs(known)
    label_share = beta(labelled + 0.5, papers - labelled + 0.5)
    of_mentioning = shares(built, "trained_share_of_mentioning", size)[2022]
    assert of_mentioning.mean() == pytest.approx((label_share.mean() - 0.15) / 0.55, abs=2e-3)
    assert of_mentioning.std() == pytest.approx(label_share.std() / 0.55, rel=0.01)
    accepted = built.years.loc[2022, "accepted"]
    label_share = beta(labelled + 0.5, accepted - labelled + 0.5)
    of_accepted = shares(built, "trained_share", size)[2022]
    assert of_accepted.mean() == pytest.approx(
        (label_share.mean() - 0.15 * papers / accepted) / 0.55, abs=2e-3
    )
    assert of_accepted.std() == pytest.approx(label_share.std() / 0.55, rel=0.01)


def test_a_projection_of_mixed_years_inherits_part_of_the_errors(inputs, audited):
    mixed = audited.assign(correction=audited["correction"].where(audited["year"] >= 2020, "none"))
    built = inputs(mixed, **FIXED_T2)
    assert built.uncorrected.tolist() == [1, 1, 1, 0, 0, 0, 0.5, 0.5, 0.5]
