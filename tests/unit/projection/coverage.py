"""How often a model's 95% prediction interval holds the truth in simulated literatures.

The simulated years have the denominators of the real ones; the last three are held out and pooled
over replicates. Worlds are those of `uncertainty.coverage`; `flat` is `trend` without a slope.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from tests.unit.uncertainty.coverage import true_logits

from datafootprint.projection.models import MODELS, predict


def simulate_coverage(
    years: Sequence[int], wholes: Sequence[int], start: float, slope: float, replicates: int
) -> pd.DataFrame:
    """Return world, model, coverage of held-out years and width, for a true start and slope."""
    rng, found = np.random.default_rng(1), []
    for world in ("flat", "trend", "bent", "scatter"):
        kind, per_year = ("trend", 0.0) if world == "flat" else (world, slope)
        for _ in range(replicates):
            logits = true_logits(kind, start, per_year, len(years), rng)
            parts = rng.binomial(wholes, 1 / (1 + np.exp(-logits)))
            sample = pd.DataFrame({"part": parts, "whole": wholes}, index=years, dtype=float)
            known, truth = sample.iloc[:-3], sample.iloc[-3:]
            shares = truth["part"] / truth["whole"]
            for model in set(MODELS) - {"strata"}:
                bounds = predict(model, known, truth.index, truth["whole"], 0.05).clip(0, 1)
                hits = shares.between(bounds["low"], bounds["high"]).mean()
                found.append((world, model, hits, (bounds["high"] - bounds["low"]).mean()))
    table = pd.DataFrame(found, columns=["world", "model", "coverage", "width"])
    return table.groupby(["world", "model"], sort=False, as_index=False).mean()
