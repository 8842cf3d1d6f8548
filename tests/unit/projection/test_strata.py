"""The nowcast against a study of its own, and where it is another model."""

import numpy as np
import pandas as pd
import pytest
from tests.conftest import PUBLISHED

from datafootprint.errors import DatafootprintError
from datafootprint.projection.project import compare_models, project_usage
from datafootprint.projection.projection_tables import AbstractStrata, StratumCounts
from datafootprint.projection.strata import abstract_mentions, proxies
from datafootprint.tables import read_table


@pytest.fixture(scope="module")
def strata():
    return read_table(PUBLISHED / "abstract_strata.csv", AbstractStrata)


@pytest.fixture(scope="module")
def read():
    return read_table(PUBLISHED / "stratum_counts.csv", StratumCounts)


def test_the_nowcast_follows_titles_and_abstracts(counts, publications, strata, read):
    """Against an independent study: shares to three decimals, and the runs of `as_described`."""
    found = project_usage(counts, "strata", 0.05, proxies(strata, read)).set_index("year")
    shares = found.loc[2023:, ["mentioning_share", "trained_share", "trained_share_of_mentioning"]]
    assert shares.round(3).to_numpy().T.tolist() == [
        [0.350, 0.310, 0.286],
        [0.098, 0.080, 0.070],
        [0.282, 0.259, 0.247],
    ]
    runs = found["trained_share_of_mentioning"] * publications.set_index("year")["publications"]
    assert runs.sum() == pytest.approx(114_669, abs=1)


def test_its_bounds_carry_the_counts_in_the_strata(counts, strata, read):
    """4,000 Dirichlet draws of the counts move the logits of 2025 as the variance says."""
    rng, observed, year = np.random.default_rng(3), pd.Index(range(2017, 2023)), pd.Index([2025])
    papers = strata.pivot(index="year", columns="stratum", values="papers")
    weights = papers.div(papers.sum(axis=1), axis=0)
    counted = read.set_index("stratum").loc[papers.columns]
    kinds = [counted["trained"], counted["mentioning"] - counted["trained"]]
    kinds = np.stack([*kinds, counted["read"] - counted["mentioning"]], axis=1) + 0.5
    gammas = rng.standard_gamma(kinds, (4000, *kinds.shape))
    shares = gammas / gammas.sum(axis=2, keepdims=True)
    trained, mentioning = shares[..., 0], shares[..., :2].sum(axis=2)
    proxy = np.asarray(weights) @ trained.T / (np.asarray(weights) @ mentioning.T)
    logits = pd.DataFrame(np.log(proxy / (1 - proxy)), index=papers.index)
    spread = (logits.loc[2025] - logits.loc[observed].mean()).var()
    found = proxies(strata, read)["trained_share_of_mentioning"].variance(year, observed)
    assert found.item() == pytest.approx(spread, rel=0.1)


def test_constant_strata_give_the_shrunk_regression_exactly(counts, strata, read):
    papers = strata[strata["year"] == 2019].set_index("stratum")["papers"]
    constant = strata.assign(papers=strata["stratum"].map(papers))
    table = compare_models(counts, 0.05, proxies(constant, read)).set_index("model")
    columns = ["mean", "mean_low", "mean_high", "low", "high"]
    along, plain = (table.loc[model, columns].to_numpy() for model in ("strata", "bayes"))
    assert along == pytest.approx(plain, rel=1e-9)


def test_abstracts_that_name_the_dataset_by_year(strata):
    found = abstract_mentions(strata).set_index("year")
    assert (100 * found["share"]).round(1).loc[[2017, 2023, 2024, 2026]].tolist() == [
        6.6, 6.9, 4.1, 2.2,
    ]  # fmt: skip
    assert found.index[found["basis"] == "title"].tolist() == [2025]
    assert found.loc[2026, "language_models"] == pytest.approx(0.487, abs=0.001)


def test_without_abstracts_the_nowcast_is_refused(counts):
    with pytest.raises(DatafootprintError, match="strata the abstracts of all years"):
        project_usage(counts, "strata", 0.05)
