"""Coverage: how often the statistical range of a total holds the truth in simulated literatures.

The simulated years have the papers and publications of the real ones; the last three are projected.
The true total is the sum of the publications times the true share of each year. Eight worlds:

`flat`          one share for all years
`trend`         the observed logit slope
`bent`          the same slope up to the last observed year, none from there on
`scatter`       the slope, each year's logit off by a normal error of 0.15
`walk 0.10`     a random walk of the logits, with steps of 0.10 (also 0.15)
`fall`          flat, then a fall of 0.2 per year that the observed years do not announce (also 0.1)
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from datafootprint.projection.models import AVERAGED_FROM, predict
from datafootprint.uncertainty.chain import ModelAverage
from datafootprint.uncertainty.label_errors import PARTICLES, Rates, share_posterior, weighed

SHARE = "trained_share_of_mentioning"


def true_logits(world: str, start: float, slope: float, years: int, rng: np.random.Generator):
    """Return the logit of each year's share; the last three years are projected."""
    t = np.arange(years, dtype=float)
    ahead = np.maximum(t - (years - 4), 0)
    kind, _, size = world.partition(" ")
    match kind:
        case "flat":
            return np.full(years, start + slope * years / 2)
        case "trend":
            return start + slope * t
        case "bent":
            return start + slope * np.minimum(t, years - 4)
        case "scatter":
            return start + slope * t + rng.normal(0, 0.15, years)
        case "walk":
            return start + np.cumsum(rng.normal(0, float(size), years))
        case "fall":
            return start + slope * years / 2 - float(size) * ahead
    raise ValueError(world)


def simulate_totals(
    worlds: Sequence[str],
    papers: Sequence[int],
    publications: Sequence[int],
    replicates: int,
    bend_sd: float = 0.1,
    draws: int = 2000,
    seed: int = 1,
) -> pd.DataFrame:
    """Return the coverage and the mean relative half-width of 95% ranges by world."""
    rng = np.random.default_rng(seed)
    years = np.arange(2017, 2017 + len(papers))
    observed, ahead = years[:-3], years[-3:]
    averaged = [name for name in AVERAGED_FROM if name != "strata"]
    found = []
    for world in worlds:
        for _ in range(replicates):
            logits = true_logits(world, -0.6, -0.05, len(years), rng)
            true = 1 / (1 + np.exp(-logits))
            seen = np.asarray(papers[:-3])
            trained = rng.binomial(seen, true[:-3]).astype(float)
            sample = pd.DataFrame({"part": trained, "whole": seen}, index=observed, dtype=float)
            bounds = [
                predict(name, sample, ahead, papers[-3:], 0.05).assign(model=name)
                for name in averaged
            ]
            models = pd.concat(bounds).rename_axis("year").reset_index().assign(weight=1.0)
            normals = np.array([rng.random(draws), *rng.standard_normal((2, draws))])
            projected = ModelAverage.of(models).draw(ahead - observed[-1], bend_sd, normals)
            sampled = [
                share_posterior(part, whole).at(rng.random(draws))
                for part, whole in zip(trained, seen, strict=True)
            ]
            totals = np.asarray(publications) @ np.vstack([sampled, projected])
            low, middle, high = np.quantile(totals, (0.025, 0.5, 0.975))
            holds = low <= np.asarray(publications) @ true <= high
            found.append((world, holds, (high - low) / 2 / middle))
    table = pd.DataFrame(found, columns=["world", "coverage", "half_width"])
    return table.groupby("world", sort=False).mean()


def simulate_labels(
    shares: Sequence[float], replicates: int, papers: int = 1339, fixed: bool = False, seed: int = 1
) -> pd.DataFrame:
    """Return how often the 95% range with errors of labels holds the true share, and its width.

    The rates of the classifier that makes the labels come from the prior of a language model, or
    are 0.85 and 0.95 (`fixed`), which the estimate does not know.
    """
    rng, found = np.random.default_rng(seed), []
    for share in shares:
        for _ in range(replicates):
            rates = (0.85, 0.95) if fixed else (rng.beta(17, 3), rng.beta(38, 2))
            seen = share * rates[0] + (1 - share) * (1 - rates[1])
            labelled = rng.binomial(papers, seen)
            assumed = Rates(rng.beta(17, 3, PARTICLES), rng.beta(38, 2, PARTICLES))
            order, weights = weighed(assumed, labelled, papers)
            particle = order[np.searchsorted(weights, rng.random(4000))]
            drawn = share_posterior(labelled, papers, assumed).at(rng.random(4000), particle)
            low, high = np.quantile(drawn, (0.025, 0.975))
            held = low <= labelled / papers <= high
            found.append((share, low <= share <= high, held, high - low))
    table = pd.DataFrame(found, columns=["share", "coverage", "holds_raw_share", "width"])
    return table.groupby("share").mean()
