"""Which source of uncertainty matters: swings one at a time, and Sobol indices."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from datafootprint.literature.methods import METHODS
from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import (
    Inputs,
    Sources,
    at_tier,
    draw_sources,
    is_of_shares,
    shares,
    sources_of,
    worlds,
)
from datafootprint.uncertainty.draws import Array, stream
from datafootprint.uncertainty.priors import SOURCES, Multiplies
from datafootprint.uncertainty.uncertainty_tables import RANKED_TIERS, Sensitivity
from datafootprint.usage.correction import Z_95

#: Draws from which swings and indices are taken.
DRAWS = 16_384
#: Tonnes below this share of the median are cut before the logarithm: a share may be near 0.
LEAST_RATIO = 1e-6


def analyse_sensitivity(inputs: Inputs, seed: int) -> pd.DataFrame:
    """Rank the sources of uncertainty of the tonnes of the training runs: the table `Sensitivity`.

    A source that is fixed has no row. `sampling` is all observed years together, `projection` the
    model, its trend and the bend, `audit` the error of counts that an audit has corrected.
    """
    drawn = draw_sources(inputs, DRAWS, seed)
    drawn_shares: dict[object, Array] = {}
    rows = []
    for method in inputs.runs["method"].unique():
        of_method = sources_of(inputs, drawn, method)
        share = METHODS[method].share

        def tonnes(changed: Sources, method: str = method, share: str = share) -> Array:
            own = {name: values for name, values in changed.items() if is_of_shares(name)}
            # Other sources leave the shares as they are.
            key = (share, *((name, id(values)) for name, values in own.items()))
            if key not in drawn_shares:
                drawn_shares[key] = shares(inputs, own, share)
            return worlds(inputs, method, changed, drawn_shares[key]).relative_tonnes

        # Labels are drawn in order, so the second sample is shuffled against the first.
        shuffled = stream(seed, "second sample").permutation(DRAWS // 2) * 2 + 1
        halves = [
            {name: values[..., half] for name, values in of_method.items()}
            for half in (slice(0, None, 2), shuffled)
        ]
        medians = {
            name: np.median(values, axis=-1, keepdims=True) for name, values in of_method.items()
        }
        for tier in RANKED_TIERS:
            sources = {
                name: values
                for name, values in at_tier(of_method, tier).items()
                if name not in SOURCES or SOURCES[name].multiplies != Multiplies.STORAGE_ENERGY
            }
            middle = {name: medians[name] for name in sources}
            centre = float(tonnes(middle)[0])
            if not sources or centre == 0:
                continue
            first, second = ({name: half[name] for name in sources} for half in halves)
            indices = _sobol_indices(first, second, tonnes, centre)
            for source, values in sources.items():
                swing = np.quantile(tonnes({**middle, source: values}) / centre, (0.025, 0.975))
                rows.append((method, tier, source, *swing, *indices[source]))
        drawn_shares.clear()
    return table_of(rows, Sensitivity)


def _sobol_indices(
    first: Sources, second: Sources, tonnes: Callable[[Sources], Array], centre: float
) -> dict[str, tuple[float, ...]]:
    """Estimate first-order and total indices of log tonnes, each with its 95% error.

    Two independent samples of worlds, and for each source the first with that source of the second
    (Saltelli and others, Computer Physics Communications 181 (2010), 259-270; the total index is
    Jansen's).
    """

    def logarithms(changed: Sources) -> Array:
        return np.log(np.maximum(tonnes(changed) / centre, LEAST_RATIO))

    one, other = logarithms(first), logarithms(second)
    mean = np.concatenate([one, other]).mean()
    variance = max(float(np.concatenate([one, other]).var()), 1e-300)
    found = {}
    for name in first:
        mixed = logarithms({**first, name: second[name]})
        indices = []
        for terms in ((other - mean) * (mixed - one) / variance, (one - mixed) ** 2 / 2 / variance):
            indices += [terms.mean(), Z_95 * terms.std() / np.sqrt(len(terms))]
        found[name] = tuple(indices)
    return found
