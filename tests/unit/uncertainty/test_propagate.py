"""The Monte Carlo: exact without variance, right against an independent bootstrap, reproducible."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.uncertainty.conftest import fixed

from datafootprint.footprint.emissions import read_footprint
from datafootprint.literature.methods import METHODS

ROOT = Path(__file__).parents[3]
QUANTILES = ["p2_5", "p50", "p97_5"]
BY_YEAR = {"country": "World", "year": "each"}


def quantiles(table, *key):
    return table.loc[key, QUANTILES].tolist()


@pytest.mark.parametrize(
    "carbon",
    [
        {},
        BY_YEAR,
        {"country": "FRA", "year": 2020},
        {"intensity_g_per_kwh": 0},
        {"gas_basis": "co2e"},
    ],
)
def test_without_variance_every_quantile_is_the_point_estimate(
    carbon, propagate, neutral, config, all_runs, factors
):
    found = propagate(draws=1000, carbon=carbon, **neutral)
    config["carbon"] |= carbon
    footprint = read_footprint(factors, config)
    for use in ("training", "storage"):
        table = footprint.totals(use, all_runs)
        for column in ("energy_kwh", "emissions_t", "person_equivalents"):
            for method, value in table.set_index("method")[column].items():
                rows = found.xs((method, f"{use}_{column}"), level=(0, 2))
                found_values = rows[["point", *QUANTILES]].to_numpy()
                assert found_values == pytest.approx(np.full((3, 4), value), rel=1e-12)
    assert (found[QUANTILES].to_numpy() == found[["point"]].to_numpy()).all()


def fit_logit_many(parts, wholes, t):
    """Newton steps for many binomial regressions at once; parts has shape (n, years)."""
    a, b = np.zeros(len(parts)), np.zeros(len(parts))
    for _ in range(30):
        p = 1 / (1 + np.exp(-(a[:, None] + b[:, None] * t)))
        w = wholes * p * (1 - p)
        g0, g1 = (parts - wholes * p).sum(1), ((parts - wholes * p) * t).sum(1)
        h00, h01, h11 = w.sum(1), (w * t).sum(1), (w * t * t).sum(1)
        det = h00 * h11 - h01**2
        a, b = a + (h11 * g0 - h01 * g1) / det, b + (h00 * g1 - h01 * g0) / det
    return a, b


def test_t1_agrees_with_an_independent_bootstrap_of_the_averaged_models(
    propagate, counts, publications
):
    """For each model the counts are drawn and fitted again, in equal numbers of worlds."""
    rng, n = np.random.default_rng(99), 40_000
    observed = counts[counts["mentioning"].notna()]
    wholes, parts = observed["mentioning"].to_numpy(dtype=int), observed["trained"].to_numpy()
    drawn = rng.binomial(wholes, parts / wholes, (n, 6))
    t, ahead = np.arange(6.0), np.array([6.0, 7.0, 8.0])
    a, b = fit_logit_many(drawn, wholes, t)
    pooled = drawn.sum(axis=1) / wholes.sum()
    # The prior of the slope, 0.05 per year, against its standard error.
    p = parts.sum() / wholes.sum()
    centred = t - (wholes * t).sum() / wholes.sum()
    shrunk = b * 0.05**2 / (0.05**2 + 1 / (p * (1 - p) * (wholes * centred**2).sum()))
    centre = np.log(pooled / (1 - pooled)) - shrunk * (wholes * t).sum() / wholes.sum()
    lasts = drawn[:, -1] / wholes[-1]
    logits = np.stack(
        [
            a[:, None] + b[:, None] * ahead,
            np.repeat(np.log(pooled / (1 - pooled))[:, None], 3, axis=1),
            np.repeat(np.log(lasts / (1 - lasts))[:, None], 3, axis=1),
            centre[:, None] + shrunk[:, None] * ahead,
        ]
    )[rng.integers(4, size=n), np.arange(n)]
    logits += 0.1 * rng.standard_normal(n)[:, None] * np.sqrt(ahead - 5)
    seen = rng.binomial(wholes, parts / wholes, (n, 6)) / wholes
    runs = np.column_stack([seen, 1 / (1 + np.exp(-logits))])
    expected = np.quantile(runs @ publications["publications"].to_numpy(), (0.025, 0.5, 0.975))
    found = quantiles(propagate(), "as_described", "T1", "runs")
    assert found == pytest.approx(expected, rel=0.02)


def test_fixing_one_prior_leaves_all_other_draws_alone(propagate):
    all_drawn, one_fixed = propagate(draws=2000), propagate(draws=2000, pue=fixed(1.3))
    same = (all_drawn[QUANTILES] == one_fixed[QUANTILES]).all(axis=1)
    for (_, tier, quantity), is_same in same.items():
        assert is_same == (tier != "T3" or quantity.startswith("storage") or quantity == "runs")


def test_tonnes_follow_the_configured_intensity_and_the_reference_does_not(propagate):
    base, tenth = propagate(draws=2000), propagate(draws=2000, carbon={"intensity_g_per_kwh": 44.5})
    for tier in ("T1", "T2", "T3"):
        key = ("as_described", tier, "training_emissions_t")
        tenths = [value / 10 for value in quantiles(base, *key)]
        assert quantiles(tenth, *key) == pytest.approx(tenths)
        key = ("as_described", tier, "training_emissions_world_by_year_t")
        assert quantiles(base, *key) == quantiles(tenth, *key)


def test_intervals_are_nested_and_ordered(propagate):
    found = propagate(draws=20_000)
    bounds = found[QUANTILES].to_numpy()
    assert (np.diff(bounds) >= 0).all() and (bounds >= 0).all()
    widths = (found["p97_5"] / found["p2_5"]).xs("training_emissions_t", level="quantity")
    for method in METHODS:
        assert widths[method].is_monotonic_increasing
    meanings = found["tier_meaning"].groupby("tier").unique().map(list).to_dict()
    assert meanings == {
        "T1": ["95% interval of sampling and projection"],
        "T2": ["95% range of errors, some judged"],
        "T3": ["95% scenario range"],
    }


def test_without_copies_or_papers_nothing_fails(propagate):
    for storage in ({"copies_per_run": 0}, {"kwh_per_tb_year": 0}):
        found = propagate(draws=1000, sections={"storage": storage})
        assert quantiles(found, "as_described", "T3", "storage_emissions_t") == [0, 0, 0]
    found = propagate(draws=1000, duplicates=fixed(0))
    for quantity in ("runs", "training_emissions_t", "training_emissions_world_by_year_t"):
        assert quantiles(found, "as_described", "T2", quantity) == [0, 0, 0]


MEASURE = """
import sys
import pandas as pd
from datafootprint.footprint.emissions import read_footprint
from datafootprint.uncertainty.propagate import propagate_uncertainty
inputs, factors, config = pd.read_pickle(sys.argv[1])
footprint = read_footprint(factors, config)
propagate_uncertainty(inputs, footprint, 100_000, 1).to_csv(sys.argv[2])
# Not getrusage: its peak may be that of the process that started this one.
(peak,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
assert int(peak.split()[1]) < 500 * 1024, peak
assert not {"statsmodels", "scipy.stats"} & set(sys.modules)
"""


def test_a_hundred_thousand_draws_are_light_and_independent_of_cores(
    tmp_path, config, inputs, factors
):
    given = (inputs(), factors, config)
    pd.to_pickle(given, tmp_path / "given")
    for threads in ("1", "2"):
        limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
        subprocess.run(
            [sys.executable, "-c", MEASURE, tmp_path / "given", tmp_path / threads],
            env={**os.environ, **limits, "PYTHONPATH": str(ROOT / "workflow")},
            check=True,
        )
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
