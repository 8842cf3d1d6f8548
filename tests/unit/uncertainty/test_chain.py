"""Corrections and shares, by hand."""

import numpy as np
import pytest
from scipy.stats import beta

from datafootprint.uncertainty.chain import draw_sources, runs_by_year, share_draws
from datafootprint.usage.correction import rogan_gladen

FIXED_T2 = {
    "sampling": ["fixed", "test"],
    "projection": ["fixed", "test"],
    "sensitivity": ["fixed", 0.85, "test"],
    "specificity": ["fixed", 0.95, "test"],
    "duplicates": ["fixed", 0.9, "test"],
}


def runs(inputs, method, tier, **priors):
    built = inputs(**priors)
    values = runs_by_year(built, draw_sources(built, 1, 1), method, tier, 1)
    return {year: float(value[0]) for year, value in values.items()}


def test_label_errors_are_corrected_by_rogan_and_gladen(inputs):
    """2017: 28 of 75 labelled; (28/75 - 0.05) / 0.80 = 0.404167; 12998 publications, 90% kept."""
    found = runs(inputs, "as_described", "T2", **FIXED_T2)
    assert found[2017] == pytest.approx(0.4041666667 * 12998 * 0.9)


def test_of_all_accepted_papers_only_those_seen_can_be_mislabelled(inputs):
    """2017: (28/196 - 0.05 x 75/196) / 0.80 = 0.154656, rounded to 0.155 by the method."""
    found = runs(inputs, "year_aligned", "T2", **FIXED_T2)
    assert found[2017] == pytest.approx(0.155 * 12998 * 0.9)


def test_the_published_order_of_years_is_kept(inputs, projection):
    shares = {row["year"]: row["trained_share"] for row in projection}
    found = runs(inputs, "as_published", "T1", **FIXED_T2)
    assert found[2017] == pytest.approx(round(shares[2025], 3) * 12998)
    assert found[2025] == pytest.approx(0.143 * 65124)


def test_corrected_shares_stay_shares(inputs):
    poor = {**FIXED_T2, "specificity": ["fixed", 0.5, "test"], "duplicates": ["fixed", 1, "test"]}
    found = runs(inputs, "as_described", "T2", **poor)
    assert set(found.values()) == {0}
    useless = {**poor, "sensitivity": ["triangular", 0.1, 0.2, 0.3, "test"]}
    assert all(0 <= value < 1e9 for value in runs(inputs, "as_described", "T2", **useless).values())


def test_observed_years_follow_their_beta_posterior(inputs):
    built = inputs()
    drawn = share_draws(
        built, draw_sources(built, 200_000, 1), "trained_share_of_mentioning", 200_000
    )
    assert drawn[2017].mean() == pytest.approx(28.5 / 76, rel=0.002)
    assert drawn[2017].std() == pytest.approx(np.sqrt(28.5 * 47.5 / (76**2 * 77)), rel=0.01)


def test_projected_years_bend_together_and_stay_within_0_and_1(inputs):
    built = inputs(projection=["logit", 2.0, "test"])
    drawn = share_draws(built, draw_sources(built, 50_000, 1), "trained_share", 50_000)
    for year in (2023, 2024, 2025):
        assert drawn[year].min() > 0 and drawn[year].max() < 1
    logits = [np.log(drawn[year] / (1 - drawn[year])) for year in (2023, 2025)]
    assert np.corrcoef(logits)[0, 1] > 0.99


def test_without_bend_projected_logits_have_the_covariance_of_the_fit(inputs, fits):
    built = inputs(projection=["logit", 0, "test"])
    drawn = share_draws(built, draw_sources(built, 200_000, 1), "trained_share", 200_000)[2025]
    fit = next(row for row in fits if row["share"] == "trained_share")
    logits = np.log(drawn / (1 - drawn))
    variance = fit["intercept_variance"] + 16 * fit["covariance"] + 64 * fit["slope_variance"]
    assert logits.mean() == pytest.approx(fit["intercept"] + 8 * fit["slope"], rel=0.002)
    assert logits.var() == pytest.approx(variance, rel=0.02)


@pytest.fixture
def audited(counts):
    """The published counts as if an audit had corrected them, with an error of 5 papers."""
    return [
        row
        if row["mentioning"] is None
        else {
            **row,
            "correction": "audit",
            "trained_low": row["trained"] - 9.8,
            "trained_high": row["trained"] + 9.8,
        }
        for row in counts
    ]


def test_audited_counts_are_not_corrected_again_but_have_the_error_of_the_audit(inputs, audited):
    built = inputs(audited, **FIXED_T2)
    found = runs_by_year(built, draw_sources(built, 200_000, 1), "as_described", "T2", 200_000)
    for year, share, error in ((2017, 28 / 75, 5 / 75), (2022, 110 / 395, 5 / 395)):
        papers = built.publications[year] * 0.9
        assert found[year].mean() == pytest.approx(share * papers, rel=0.002)
        assert found[year].std() == pytest.approx(error * papers, rel=0.01)
    projected = built.projection[2024]["trained_share_of_mentioning"]
    assert found[2024].mean() == pytest.approx(projected * built.publications[2024] * 0.9, rel=0.01)


def test_counts_corrected_with_rates_from_elsewhere_stay_as_they_are(inputs, counts):
    known = [
        row if row["mentioning"] is None else {**row, "correction": "rogan_gladen"}
        for row in counts
    ]
    built = inputs(known, **FIXED_T2)
    found = runs_by_year(built, draw_sources(built, 1, 1), "as_described", "T2", 1)
    assert found[2017][0] == pytest.approx(28 / 75 * 12998 * 0.9)


def test_known_error_rates_stretch_the_error_of_sampling(inputs, counts):
    """The same world as raw labels drawn first and corrected afterwards."""
    sensitivity, specificity = 0.7, 0.85
    known = [
        row
        if row["mentioning"] is None
        else {
            **row,
            "trained_raw": row["trained"],
            "trained": row["mentioning"]
            * rogan_gladen(row["trained"] / row["mentioning"], sensitivity, specificity),
            "correction": "rogan_gladen",
            **{"sensitivity": sensitivity, "specificity": specificity},
        }
        for row in counts
    ]
    size, papers, labelled = 200_000, 395, 110
    built = inputs(known)
    assert (known[5]["mentioning"], known[5]["trained_raw"]) == (papers, labelled)
    sources = draw_sources(built, size, 1)
    raw = beta(labelled + 0.5, papers - labelled + 0.5)
    of_mentioning = share_draws(built, sources, "trained_share_of_mentioning", size)[2022]
    assert of_mentioning.mean() == pytest.approx((raw.mean() - 0.15) / 0.55, abs=2e-3)
    assert of_mentioning.std() == pytest.approx(raw.std() / 0.55, rel=0.01)
    accepted = built.projection[2022]["accepted"]
    raw = beta(labelled + 0.5, accepted - labelled + 0.5)
    of_accepted = share_draws(built, sources, "trained_share", size)[2022]
    assert of_accepted.mean() == pytest.approx(
        (raw.mean() - 0.15 * papers / accepted) / 0.55, abs=2e-3
    )
    assert of_accepted.std() == pytest.approx(raw.std() / 0.55, rel=0.01)


def test_a_projection_of_mixed_years_inherits_part_of_the_errors(inputs, audited):
    mixed = [{**row, "correction": "none"} if row["year"] < 2020 else row for row in audited]
    built = inputs(mixed, **FIXED_T2)
    assert [built.uncorrected(year) for year in (2017, 2022, 2025)] == [1, 0, 0.5]
