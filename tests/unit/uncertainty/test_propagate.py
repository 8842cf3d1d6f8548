"""The Monte Carlo: exact without variance, right against an independent bootstrap, reproducible."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from datafootprint.energy.epoch import run_energy_per_epoch
from datafootprint.footprint.carbon import read_grid
from datafootprint.footprint.emissions import estimate_storage, estimate_training
from datafootprint.literature.methods import METHODS

ROOT = Path(__file__).parents[3]
QUANTILES = ("p2_5", "p50", "p97_5")
BY_YEAR = {"country": "World", "year": "each"}


def quantiles(row):
    return [row[name] for name in QUANTILES]


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
def test_without_variance_every_quantile_is_the_point_estimate_to_the_last_bit(
    carbon, propagate, neutral, config, training_runs, factors
):
    found = propagate(draws=1000, carbon=carbon, **neutral)
    energy, intensities, per_capita = factors
    section = config["carbon"] | carbon
    years = sorted({row["year"] for row in training_runs})
    grid = read_grid(section, intensities, per_capita, years)
    per_epoch = run_energy_per_epoch(energy, config["training"])
    tables = {
        "training": estimate_training(training_runs, 300, per_epoch, grid),
        "storage": estimate_storage(training_runs, config["storage"], 130, grid),
    }
    for use, rows in tables.items():
        for row in rows:
            for column in ("energy_kwh", "emissions_t", "person_equivalents"):
                for tier in ("T1", "T2", "T3"):
                    drawn = found[row["method"], tier, f"{use}_{column}"]
                    assert {drawn["point"], *quantiles(drawn)} == {row[column]}
            for tier in ("T1", "T2", "T3"):
                assert set(quantiles(found[row["method"], tier, "runs"])) == {row["runs"]}


@pytest.mark.parametrize(
    ("tier", "quantity", "expected"),
    [
        ("T1", "runs", (103_000, 116_400, 131_500)),
        ("T1", "training_emissions_t", (5_417, 6_121, 6_918)),
        ("T2", "runs", (76_100, 113_100, 155_200)),
        ("T2", "training_emissions_world_by_year_t", (4_156, 6_501, 9_556)),
        ("T3", "runs", (53_000, 160_000, 625_000)),
        ("T3", "training_emissions_world_by_year_t", (1_364, 5_187, 23_560)),
    ],
)
def test_the_quantiles_of_the_default_run(propagate, tier, quantity, expected):
    tolerance = 0.005 if tier != "T3" else 0.02
    assert quantiles(propagate()["as_described", tier, quantity]) == pytest.approx(
        expected, rel=tolerance
    )


def test_tonnes_by_year_are_those_of_a_configured_world_by_year(propagate):
    found = propagate(draws=2000, carbon=BY_YEAR)
    for tier in ("T1", "T2", "T3"):
        configured = found["as_described", tier, "training_emissions_t"]
        assert quantiles(configured) == quantiles(
            found["as_described", tier, "training_emissions_world_by_year_t"]
        )


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


@pytest.mark.parametrize("jointly", [False, True])
def test_t1_agrees_with_an_independent_parametric_bootstrap(
    jointly, propagate, counts, publications
):
    """Counts drawn anew and fitted again; the observed years from them or on their own."""
    rng, n = np.random.default_rng(99), 40_000
    observed = [row for row in counts if row["mentioning"] is not None]
    wholes = np.array([row["mentioning"] for row in observed])
    parts = np.array([row["trained"] for row in observed])
    t = np.arange(6.0)
    drawn = rng.binomial(wholes, parts / wholes, (n, 6))
    a, b = fit_logit_many(drawn, wholes, t)
    bend = rng.normal(0, 0.1, n)
    ahead = np.array([6.0, 7.0, 8.0])
    projected = 1 / (1 + np.exp(-(a[:, None] + b[:, None] * ahead + bend[:, None])))
    seen = drawn if jointly else rng.binomial(wholes, parts / wholes, (n, 6))
    papers = np.array([row["publications"] for row in publications], dtype=float)
    runs = np.column_stack([seen / wholes, projected]) @ papers
    expected = np.quantile(runs, (0.025, 0.5, 0.975))
    assert quantiles(propagate()["as_described", "T1", "runs"]) == pytest.approx(expected, rel=0.02)


def test_the_same_seed_gives_the_same_table_and_another_one_another(propagate):
    assert propagate(draws=2000, seed=5) == propagate(draws=2000, seed=5)
    assert propagate(draws=2000, seed=5) != propagate(draws=2000, seed=6)


def test_fixing_one_prior_leaves_all_other_draws_alone(propagate):
    all_drawn, one_fixed = propagate(draws=2000), propagate(draws=2000, pue=["fixed", 1.3, "test"])
    for key, row in all_drawn.items():
        same = one_fixed[key] == row
        assert same == (key[1] != "T3" or key[2].startswith("storage") or key[2] == "runs")


def test_tonnes_follow_the_configured_intensity_and_the_reference_does_not(propagate):
    base, tenth = propagate(draws=2000), propagate(draws=2000, carbon={"intensity_g_per_kwh": 44.5})
    for tier in ("T1", "T2", "T3"):
        tonnes = base["as_described", tier, "training_emissions_t"]
        assert quantiles(tenth["as_described", tier, "training_emissions_t"]) == pytest.approx(
            [value / 10 for value in quantiles(tonnes)]
        )
        name = "as_described", tier, "training_emissions_world_by_year_t"
        assert base[name] == tenth[name]


def test_person_equivalents_pair_gas_with_gas(propagate):
    for carbon, per_person in (({}, 4.73), (BY_YEAR, 6.59)):
        found = propagate(draws=1000, carbon=carbon)
        tonnes = found["as_described", "T2", "training_emissions_t"]
        people = found["as_described", "T2", "training_person_equivalents"]
        assert quantiles(people) == pytest.approx([v / per_person for v in quantiles(tonnes)])


def test_intervals_are_nested_and_ordered(propagate):
    found = propagate(draws=20_000)
    for method in METHODS:
        widths = []
        for tier in ("T1", "T2", "T3"):
            low, middle, high = quantiles(found[method, tier, "training_emissions_t"])
            assert 0 <= low <= middle <= high
            widths.append(high / low)
        assert widths == sorted(widths)
        meanings = {found[method, tier, "runs"]["tier_meaning"] for tier in ("T1", "T2")}
        assert meanings == {"95% interval"}
        assert found[method, "T3", "runs"]["tier_meaning"] == "95% scenario range"


def test_without_copies_or_papers_nothing_fails(propagate):
    for storage in ({"copies_per_run": 0}, {"kwh_per_tb_year": 0}):
        found = propagate(draws=1000, sections={"storage": storage})
        assert quantiles(found["as_described", "T3", "storage_emissions_t"]) == [0, 0, 0]
    for nothing in ({"duplicates": ["fixed", 0, "test"]}, {"specificity": ["fixed", 0.2, "test"]}):
        # Neither -0 nor a rest of rounding.
        found = propagate(draws=1000, sensitivity=["fixed", 1, "test"], **nothing)
        for quantity in ("runs", "training_emissions_t", "training_emissions_world_by_year_t"):
            assert quantiles(found["as_described", "T2", quantity]) == [0, 0, 0]


MEASURE = """
import json, sys
from pathlib import Path
from datafootprint.config import default_config
from datafootprint.energy.epoch import published_energy
from datafootprint.footprint.emissions import read_footprint
from datafootprint.legacy_tables import read_rows
from datafootprint.uncertainty.chain import read_inputs
from datafootprint.uncertainty.priors import read_priors
from datafootprint.uncertainty.propagate import propagate_uncertainty
root, given = Path(sys.argv[1]), json.loads(sys.stdin.read())
config = default_config(root)
data = root / "data"
energy = published_energy(
    read_rows(data / "imagenet-1k/energy_per_epoch.csv", "energy_per_epoch"), 1.58, "ImageNet-1K")
footprint = read_footprint(
    config, energy,
    read_rows(data / "factors/carbon_intensity_by_year.csv", "carbon_intensity_by_year"),
    read_rows(data / "factors/per_capita_emissions.csv", "per_capita_emissions"),
    range(2017, 2026))
priors = read_priors(config["uncertainty"]["priors"])
inputs = read_inputs(
    given["counts"], given["projection"], given["publications"], given["fits"], priors)
rows = propagate_uncertainty(inputs, given["runs"], footprint, 100_000, 1)
# Not getrusage: its peak may be that of the process that started this one.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
memory_mb = int(status["VmHWM"].split()[0]) / 1024
print(json.dumps({
    "memory_mb": memory_mb,
    "heavy": [m for m in ("pandas", "statsmodels", "scipy.stats", "SALib") if m in sys.modules],
    "rows": rows}))
"""


def test_a_hundred_thousand_draws_are_light_and_independent_of_cores(
    counts, projection, publications, training_runs, fits
):
    tables = {"counts": counts, "projection": projection, "publications": publications}
    given = json.dumps(tables | {"runs": training_runs, "fits": fits})
    found = []
    for threads in ("1", "2"):
        limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(ROOT)],
            input=given,
            env={**os.environ, **limits, "PYTHONPATH": str(ROOT / "workflow")},
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(json.loads(done.stdout))
    assert found[0]["rows"] == found[1]["rows"]
    assert max(run["memory_mb"] for run in found) < 500
    assert found[0]["heavy"] == []
