"""Coverage: how often a model's 95% prediction interval holds the truth in simulated literatures.

The simulated years have the denominators of the real ones; the last three are held out and pooled
over replicates. Four worlds:

`flat`          one share for all years, binomial counts
`trend`         the observed logit slope, binomial counts
`bent`          the same slope up to the first year held out, none from there on
`overdispersed` the same slope, each year's logit off by a normal error of 0.15
"""

from collections.abc import Sequence

import numpy as np

from datafootprint.legacy_tables import Row
from datafootprint.projection.models import MODELS, fit_trend
from datafootprint.projection.shares import Sample

WORLDS = ("flat", "trend", "bent", "overdispersed")
#: Standard deviation of a year's logit in the world `overdispersed`.
YEARLY_LOGIT_SD = 0.15


def simulate_coverage(
    years: Sequence[int],
    wholes: Sequence[float],
    held_out: int,
    intercept: float,
    slope: float,
    replicates: int,
    seed: int,
    slope_prior_sd: float = 0.05,
) -> list[Row]:
    """Count how often held-out shares lie within the bounds of each model.

    Parameters
    ----------
    years : sequence of int
        All years, those held out last.
    wholes : sequence of float
        Papers of each year (denominator of the share).
    held_out : int
        Number of years predicted.
    intercept, slope : float
        True logit in the first year, and its change a year.
    replicates : int
        Simulated literatures a world.
    seed : int
        Of the random numbers.
    slope_prior_sd : float
        Prior of the model `bayes`.

    Returns
    -------
    list of dict
        world, model, coverage (share of held-out years within the prediction bounds) and width
        (their mean distance).
    """
    rng = np.random.default_rng(seed)
    elapsed = np.asarray(years) - years[0]
    turn = elapsed[-held_out]
    logits = {
        "flat": np.full(len(years), float(intercept)),
        "trend": intercept + slope * elapsed,
        "bent": intercept + slope * np.minimum(elapsed, turn - 1),
        "overdispersed": intercept + slope * elapsed,
    }
    papers = np.asarray(wholes, dtype=int)
    rows = []
    for world in WORLDS:
        hits = dict.fromkeys(MODELS, 0)
        widths = dict.fromkeys(MODELS, 0.0)
        for _ in range(replicates):
            noise = rng.normal(0, YEARLY_LOGIT_SD, len(years)) if world == "overdispersed" else 0.0
            parts = rng.binomial(papers, 1 / (1 + np.exp(-(logits[world] + noise))))
            sample = Sample(
                tuple(years[:-held_out]),
                tuple(map(float, parts[:-held_out])),
                tuple(map(float, papers[:-held_out])),
            )
            for model in MODELS:
                trend = fit_trend(model, sample, slope_prior_sd)
                for year, part, whole in zip(
                    years[-held_out:], parts[-held_out:], papers[-held_out:], strict=True
                ):
                    bounds = trend(year, float(whole)).cut()
                    hits[model] += bounds.low <= part / whole <= bounds.high
                    widths[model] += bounds.high - bounds.low
        checked = replicates * held_out
        rows += [
            {
                "world": world,
                "model": model,
                "coverage": hits[model] / checked,
                "width": widths[model] / checked,
            }
            for model in MODELS
        ]
    return rows
