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
import pandas as pd

from datafootprint.projection.models import MODELS, fit_trend

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
) -> pd.DataFrame:
    """Return world, model, coverage (share of held-out years within the bounds) and their width.

    `years` has those held out last, `wholes` their papers; `intercept` and `slope` are the true
    logit in the first year and its change per year; each world is simulated `replicates` times.
    """
    rng = np.random.default_rng(seed)
    elapsed = np.asarray(years) - years[0]
    turn = elapsed[-held_out]
    worlds = {
        "flat": np.full(len(years), float(intercept)),
        "trend": intercept + slope * elapsed,
        "bent": intercept + slope * np.minimum(elapsed, turn - 1),
        "overdispersed": intercept + slope * elapsed,
    }
    papers = np.asarray(wholes, dtype=int)
    found = []
    for world, logits in worlds.items():
        for _ in range(replicates):
            noise = rng.normal(0, YEARLY_LOGIT_SD, len(years)) if world == "overdispersed" else 0.0
            parts = rng.binomial(papers, 1 / (1 + np.exp(-(logits + noise))))
            sample = pd.DataFrame({"part": parts, "whole": papers}, index=years, dtype=float)
            known, truth = sample.iloc[:-held_out], sample.iloc[-held_out:]
            shares = truth["part"] / truth["whole"]
            for model in set(MODELS) - {"strata"}:
                trend = fit_trend(model, known, slope_prior_sd)
                bounds = trend(truth.index, truth["whole"]).clip(0, 1)
                hits = shares.between(bounds["low"], bounds["high"]).mean()
                found.append((world, model, hits, (bounds["high"] - bounds["low"]).mean()))
    table = pd.DataFrame(found, columns=["world", "model", "coverage", "width"])
    return table.groupby(["world", "model"], sort=False, as_index=False).mean()
