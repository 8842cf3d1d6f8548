"""Shares, errors of labels and runs in simulated worlds, by hand and against other computations."""

import numpy as np
import pytest
from scipy.stats import beta
from tests.unit.uncertainty.conftest import fixed

from datafootprint.uncertainty.chain import draw_sources, shares, taking_part, worlds
from datafootprint.uncertainty.label_errors import PARTICLES, Rates, share_posterior, weighed
from datafootprint.uncertainty.priors import Tier
from datafootprint.usage.labels import Correction

SIZE = 100_000
OF_MENTIONING = "trained_share_of_mentioning"


def runs(built, method, tier=Tier.MEASURED, size=1):
    """Return the draws of the runs by year."""
    sources = taking_part(built, draw_sources(built, size, 1), method, tier)
    return dict(zip(built.years.index, worlds(built, method, sources).runs, strict=True))


def drawn_shares(built, share, tier=Tier.STATISTICAL, size=SIZE):
    """Return the draws of a share by year."""
    sources = taking_part(built, draw_sources(built, size, 1), "as_described", tier)
    return dict(zip(built.years.index, shares(built, sources, share), strict=True))


def corrected(labelled, papers, sensitivity, specificity):
    """Quantiles of the pooled share of papers that trained, given Beta priors of the rates."""
    rng = np.random.default_rng(1)
    rates = Rates(rng.beta(*sensitivity, PARTICLES), rng.beta(*specificity, PARTICLES))
    order, weights = weighed(rates, labelled, papers)
    particle = order[np.searchsorted(weights, rng.random(SIZE))]
    posterior = share_posterior(labelled, papers, rates)
    return np.quantile(posterior.at(rng.random(SIZE), particle), (0.025, 0.5, 0.975))


@pytest.mark.parametrize(("labelled", "papers"), [(0, 395), (14, 395), (110, 395), (395, 395)])
def test_without_errors_the_share_has_its_beta_posterior(labelled, papers):
    u = np.array([0.025, 0.5, 0.975])
    found = share_posterior(labelled, papers).at(u)
    expected = beta(labelled + 0.5, papers - labelled + 0.5).ppf(u)
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-7)


@pytest.mark.parametrize(
    ("labelled", "expected"),
    [(421, (0.230, 0.331, 0.453)), (16, (0, 0.0022, 0.0140)), (47, (0, 0.0090, 0.039))],
)
def test_labels_that_can_be_wrong_leave_a_small_share_that_holds_its_point(labelled, expected):
    """1,339 papers of which 31.4%, 1.2% and 3.5% are labelled; rates of 0.85 and 0.95."""
    found = corrected(labelled, 1339, (17, 3), (38, 2))
    assert found == pytest.approx(expected, abs=0.004)
    assert found[0] < labelled / 1339 < found[2]


def test_the_posterior_agrees_with_importance_weights():
    rng = np.random.default_rng(2)
    sensitivity, specificity = rng.beta(17, 3, 10**6), rng.beta(38, 2, 10**6)
    share = rng.beta(0.5, 0.5, 10**6)
    seen = share * sensitivity + (1 - share) * (1 - specificity)
    weights = np.exp(47 * np.log(seen) + 953 * np.log1p(-seen))
    chosen = rng.choice(share, SIZE, p=weights / weights.sum())
    expected = np.quantile(chosen, (0.5, 0.975))
    assert corrected(47, 1000, (17, 3), (38, 2))[1:] == pytest.approx(expected, rel=0.03)


def test_rates_held_against_papers_that_were_read_are_narrower(inputs):
    assumed = drawn_shares(inputs(), OF_MENTIONING, Tier.MEASURED)[2020]
    read = drawn_shares(inputs(label_errors="read"), OF_MENTIONING, Tier.MEASURED)[2020]
    # 41 of 128 and 61 of 176 papers trained; published are 43 of 129 and 55 of 183.
    assert np.median(read) == pytest.approx(80 / 238 * (102 / 304) / (98 / 312), rel=0.04)
    assert np.ptp(np.quantile(read, (0.025, 0.975))) < 0.8 * np.ptp(
        np.quantile(assumed, (0.025, 0.975))
    )


def test_rates_are_measured_by_counts_of_papers_given_or_shipped(inputs):
    """23 of 31 and 87 of 93 papers: the shipped rates of the rules, also where they are given."""
    counts = {"positives": 31, "found": 23, "negatives": 93, "refused": 87}
    for built in (inputs(label_errors="rules"), inputs(label_errors="mine", given=counts)):
        (rates,) = built.rates.values()
        assert rates.sensitivity.mean() == pytest.approx(23.5 / 32, rel=0.01)
        assert rates.specificity.std() == pytest.approx(beta(87.5, 6.5).std(), rel=0.05)
    exact = inputs(label_errors="mine", given={"sensitivity": 0.9, "specificity": 0.95})
    assert set(exact.rates["mine"].specificity) == {0.95}


def test_papers_that_need_no_classifier_have_no_errors_of_labels(inputs, counts):
    """Of 183 papers of 2019, 73 name the dataset in their references only."""
    live = counts.assign(mentioning_in_body=np.where(counts["year"] == 2019, 110, np.nan))
    built = inputs(live, label_errors="mine", given={"sensitivity": 0.9, "specificity": 0.875})
    found = drawn_shares(built, OF_MENTIONING, Tier.MEASURED)[2019]
    # 55 of 110 are labelled as trained: (0.5 - 0.125) / (0.9 - 0.125) of them did.
    assert np.median(found) == pytest.approx(0.375 / 0.775 * 110 / 183, rel=0.01)


def test_labels_without_errors_change_nothing(inputs):
    built = inputs(label_errors="none")
    for share in (OF_MENTIONING, "trained_share"):
        exact = drawn_shares(built, share, size=1000)
        measured = drawn_shares(built, share, Tier.MEASURED, size=1000)
        assert all((exact[year] == measured[year]).all() for year in exact)


def test_the_published_order_of_years_is_kept(inputs, projection, neutral):
    share = projection.set_index("year").loc[2025, "trained_share"]
    found = runs(inputs(**neutral), "as_published")
    assert found[2017] == pytest.approx(round(share, 3) * 12998)
    assert found[2025] == pytest.approx(0.143 * 65124)


def test_observed_years_follow_their_beta_posterior(inputs):
    drawn = drawn_shares(inputs(), OF_MENTIONING)
    assert drawn[2017].mean() == pytest.approx(28.5 / 76, rel=0.002)
    assert drawn[2017].std() == pytest.approx(np.sqrt(28.5 * 47.5 / (76**2 * 77)), rel=0.01)
    # The product of the shares of mentioning papers and of accepted ones.
    of_accepted = drawn_shares(inputs(), "trained_share")[2022]
    assert of_accepted.mean() == pytest.approx(110.5 / 1095, rel=0.005)
    assert of_accepted.std() == pytest.approx(np.sqrt(0.1 * 0.9 / 1094), rel=0.03)


def test_projected_years_average_the_models_and_bend_more_the_farther_they_are(inputs):
    built = inputs(projection={"logit": {"bend_sd": 2.0}, "source": "test"})
    drawn = drawn_shares(built, "trained_share")
    logits = {year: np.log(drawn[year] / (1 - drawn[year])) for year in (2023, 2025)}
    assert all(drawn[year].min() > 0 and drawn[year].max() < 1 for year in logits)
    assert logits[2025].std() / logits[2023].std() == pytest.approx(np.sqrt(3), rel=0.02)
    assert np.corrcoef(logits[2023], logits[2025])[0, 1] > 0.99
    straight = inputs(projection={"logit": {"bend_sd": 0}, "source": "test"})
    models = straight.models[straight.models["share"] == "trained_share"]
    mean = models.loc[models["year"] == 2025, "mean"].mean()
    drawn = drawn_shares(straight, "trained_share")[2025]
    assert drawn.mean() == pytest.approx(mean, rel=0.01)


@pytest.fixture
def audited(counts):
    """The published counts as if an audit had corrected them, with an error of 5 papers."""
    return counts.assign(
        correction=Correction.AUDIT,
        trained_low=counts["trained"] - 9.8,
        trained_high=counts["trained"] + 9.8,
    )


def test_audited_counts_are_not_corrected_again_but_have_the_error_of_the_audit(
    inputs, audited, neutral
):
    found = runs(inputs(audited, **neutral), "as_described", size=SIZE)
    publications = inputs().runs.groupby("year")["publications"].first()
    for year, share, error in ((2017, 28 / 75, 5 / 75), (2022, 110 / 395, 5 / 395)):
        assert found[year].mean() == pytest.approx(share * publications[year], rel=0.01)
        assert found[year].std() == pytest.approx(error * publications[year], rel=0.02)


def test_the_variant_share_discounts_counts_of_any_variant_alone(inputs, neutral):
    half = {"full_dataset": fixed(0.5)}
    whole = runs(inputs(**neutral), "as_described", Tier.ASSUMED)
    built = inputs(**neutral | half)
    assert runs(built, "as_described", Tier.ASSUMED)[2020] == pytest.approx(whole[2020] / 2)
    live = built.years["any_variant"].where(built.years.index != 2020, 0.0)
    built.years["any_variant"] = live
    assert runs(built, "as_described", Tier.ASSUMED)[2020] == pytest.approx(whole[2020])
