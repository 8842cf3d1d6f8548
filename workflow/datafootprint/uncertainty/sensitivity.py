"""Which source of uncertainty matters: swings one at a time, and Sobol indices."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import Inputs, Sources, draw_sources, taking_part, worlds
from datafootprint.uncertainty.draws import Array, stream
from datafootprint.uncertainty.priors import Multiplies, Tier, source_of
from datafootprint.uncertainty.uncertainty_tables import RANKED_TIERS, Sensitivity

#: Draws from which swings and indices are taken.
DRAWS = 16_384
#: Resamples behind the errors of the indices.
RESAMPLES = 50
#: Tonnes below this share of the median are cut before the logarithm: a share may be near 0.
LEAST_RATIO = 1e-6


def analyse_sensitivity(inputs: Inputs, seed: int) -> pd.DataFrame:
    """Rank the sources of uncertainty of the tonnes of the training runs: the table `Sensitivity`.

    A source that is fixed has no row. `sampling` is all observed years together, `projection` the
    model, its trend and the bend.
    """
    drawn, rows = draw_sources(inputs, DRAWS, seed), []
    # Labels are drawn in order, so the second sample is shuffled against the first.
    shuffled = stream(seed, "second sample").permutation(DRAWS // 2) * 2 + 1
    for method in inputs.runs["method"].unique():
        of_method = {
            name: values
            for name, values in taking_part(inputs, drawn, method, Tier.ASSUMED).items()
            if source_of(name).multiplies != Multiplies.STORAGE_ENERGY
        }
        halves = [
            {name: values[..., half] for name, values in of_method.items()}
            for half in (slice(0, None, 2), shuffled)
        ]
        medians = {
            name: np.median(values, axis=-1, keepdims=True) for name, values in of_method.items()
        }
        cache: dict[Any, Any] = {}

        def tonnes(changed: Sources, method: str = method, cache: dict[Any, Any] = cache) -> Array:
            return worlds(inputs, method, changed, cache).relative_tonnes

        for tier in RANKED_TIERS:
            sources = taking_part(inputs, of_method, method, tier)
            middle = {name: medians[name] for name in sources}
            centre = float(tonnes(middle)[0])
            if not sources or centre == 0:
                continue
            first, second = ({name: half[name] for name in sources} for half in halves)
            indices = _sobol_indices(first, second, tonnes, centre, seed)
            for source, values in sources.items():
                swing = np.quantile(tonnes({**middle, source: values}) / centre, (0.025, 0.975))
                rows.append((method, tier, source, *swing, *indices[source]))
    return table_of(rows, Sensitivity)


def _sobol_indices(
    first: Sources,
    second: Sources,
    tonnes: Callable[[Sources], Array],
    centre: float,
    seed: int,
) -> dict[str, tuple[float, ...]]:
    """Estimate first-order and total indices of log tonnes, each with its bootstrap error.

    Two independent samples of worlds, and for each source the first with that source of the second
    (Saltelli and others, Computer Physics Communications 181 (2010), 259-270; the total index is
    Jansen's).
    """

    def logarithms(changed: Sources) -> Array:
        return np.log(np.maximum(tonnes(changed) / centre, LEAST_RATIO))

    one, other = logarithms(first), logarithms(second)
    mean = np.concatenate([one, other]).mean()
    variance = max(float(np.concatenate([one, other]).var()), 1e-300)
    size = (RESAMPLES, len(one))
    resamples = stream(seed, "resamples").integers(len(one), size=size)
    found = {}
    for name in first:
        mixed = logarithms({**first, name: second[name]})
        indices = []
        for terms in ((other - mean) * (mixed - one) / variance, (one - mixed) ** 2 / 2 / variance):
            indices += [terms.mean(), 1.96 * terms[resamples].mean(axis=1).std()]
        found[name] = tuple(indices)
    return found
