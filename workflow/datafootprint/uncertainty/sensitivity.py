"""Which source of uncertainty matters: swings one at a time, and Sobol indices."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import (
    Inputs,
    Sources,
    at_tier,
    draw_sources,
    sources_of,
    worlds,
)
from datafootprint.uncertainty.draws import Array, stream
from datafootprint.uncertainty.priors import SOURCES, Multiplies
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
    model, its trend and the bend, `audit` the error of counts that an audit has corrected.
    """
    drawn = draw_sources(inputs, DRAWS, seed)
    rows = []
    for method in inputs.runs["method"].unique():
        of_method = sources_of(inputs, drawn, method)
        for tier in RANKED_TIERS:
            sources = {
                name: values
                for name, values in at_tier(of_method, tier).items()
                if name not in SOURCES or SOURCES[name].multiplies != Multiplies.STORAGE_ENERGY
            }
            medians = {
                name: np.median(values, axis=-1, keepdims=True) for name, values in sources.items()
            }

            def tonnes(changed: Sources, method: str = method) -> Array:
                return worlds(inputs, method, changed).relative_tonnes

            centre = float(tonnes(medians)[0])
            if not sources or centre == 0:
                continue
            indices = _sobol_indices(sources, tonnes, centre, seed)
            for source, values in sources.items():
                alone = tonnes({**medians, source: values}) / centre
                swing = np.quantile(alone, (0.025, 0.975))
                rows.append((method, tier, source, *swing, *indices[source]))
    return table_of(rows, Sensitivity)


def _sobol_indices(
    sources: Sources, tonnes: Callable[[Sources], Array], centre: float, seed: int
) -> dict[str, tuple[float, ...]]:
    """Estimate first-order and total indices of log tonnes, each with its bootstrap error.

    Two independent samples of worlds, and for each source the first with that source of the second
    (Saltelli and others, Computer Physics Communications 181 (2010), 259-270; the total index is
    Jansen's).
    """
    rng = stream(seed, "resamples")
    half = DRAWS // 2
    first = {name: values[..., :half] for name, values in sources.items()}
    second = {name: values[..., half:] for name, values in sources.items()}

    def logarithms(changed: Sources) -> Array:
        return np.log(np.maximum(tonnes(changed) / centre, LEAST_RATIO))

    one, other = logarithms(first), logarithms(second)
    mean = np.concatenate([one, other]).mean()
    variance = max(float(np.concatenate([one, other]).var()), 1e-300)
    resamples = rng.integers(half, size=(RESAMPLES, half))
    found = {}
    for name in sources:
        mixed = logarithms({**first, name: second[name]})
        indices = []
        for terms in ((other - mean) * (mixed - one) / variance, (one - mixed) ** 2 / 2 / variance):
            indices += [terms.mean(), 1.96 * terms[resamples].mean(axis=1).std()]
        found[name] = tuple(indices)
    return found
