"""Which source of uncertainty matters: swings one at a time, and Sobol indices."""

import numpy as np
import pandas as pd

from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import Inputs, Sources, draw_sources, taking_part, worlds
from datafootprint.uncertainty.draws import Array, stream
from datafootprint.uncertainty.priors import Multiplies, source_of
from datafootprint.uncertainty.uncertainty_tables import RANKED_TIERS, Sensitivity

#: Draws from which swings and indices are taken.
DRAWS = 16_384
#: Tonnes below this share of the median are cut before the logarithm: a share may be near 0.
LEAST_RATIO = 1e-6


def analyse_sensitivity(inputs: Inputs, seed: int) -> pd.DataFrame:
    """Rank the sources of uncertainty of the tonnes of the training runs: the table `Sensitivity`.

    A source that is fixed has no row. Swings have the other sources at their medians. The
    first-order Sobol index of log tonnes has two independent samples of worlds, and the first with
    the source of the second (Saltelli and others, Computer Physics Communications 181 (2010), 259).
    """
    drawn = {
        name: values
        for name, values in draw_sources(inputs, DRAWS, seed).items()
        if source_of(name).multiplies != Multiplies.STORAGE_ENERGY
    }
    # Labels are drawn in order, so the second sample is shuffled against the first.
    shuffled = stream(seed, "second sample").permutation(DRAWS // 2) * 2 + 1
    first = {name: values[..., ::2] for name, values in drawn.items()}
    second = {name: values[..., shuffled] for name, values in drawn.items()}
    medians = {name: np.median(values, axis=-1, keepdims=True) for name, values in drawn.items()}
    rows = []
    for method in inputs.runs["method"].unique():
        for tier in RANKED_TIERS:
            one, other, middle = (
                taking_part(inputs, sample, method, tier) for sample in (first, second, medians)
            )
            centre = worlds(inputs, method, middle).tonnes.item()
            if not middle or centre == 0:
                continue

            def logarithm(sources: Sources, method: str = method, centre: float = centre) -> Array:
                tonnes = worlds(inputs, method, sources).tonnes
                return np.log(np.maximum(tonnes / centre, LEAST_RATIO))

            log_one, log_other = logarithm(one), logarithm(other)
            both = np.concatenate([log_one, log_other])
            variance = max(both.var(), 1e-300)
            for source in middle:
                alone = worlds(inputs, method, {**middle, source: drawn[source]}).tonnes
                swing = np.quantile(alone / centre, (0.025, 0.975))
                mixed = logarithm({**one, source: other[source]})
                first_order = ((log_other - both.mean()) * (mixed - log_one)).mean() / variance
                rows.append((method, tier, source, *swing, first_order))
    return table_of(rows, Sensitivity)
