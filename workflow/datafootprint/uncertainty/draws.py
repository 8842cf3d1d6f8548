"""Drawing from the priors: each source has a stream of random numbers of its own.

A stream is named by the seed and the name of its source, so that fixing or replacing one prior
leaves the draws of all others as they were, and the result does not depend on order or cores.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

from datafootprint.uncertainty.priors import Prior

Array = NDArray[np.float64]


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Return the generator of the stream called `names`."""
    return np.random.default_rng([seed, zlib.crc32("/".join(map(str, names)).encode())])


def draw(prior: Prior, size: int, rng: np.random.Generator) -> Array:
    """Draw `size` values of one of `priors.DISTRIBUTIONS`."""
    p = prior.parameters
    values: Array
    match prior.kind:
        case "fixed":
            values = np.full(size, float(p[0]))
        case "beta":
            values = rng.beta(p[0], p[1], size)
        case "triangular":
            values = rng.triangular(p[0], p[1], p[2], size)
        case "uniform":
            values = rng.uniform(p[0], p[1], size)
        case "lognormal":
            values = p[0] * np.exp(np.log(p[1]) * rng.standard_normal(size))
        case "lognormal_mean":
            logarithm = np.log(p[1]) * rng.standard_normal(size) - np.log(p[1]) ** 2 / 2
            values = p[0] * np.exp(logarithm)
        case "one_plus_lognormal":
            values = 1.0 + p[0] * np.exp(np.log(p[1]) * rng.standard_normal(size))
        case "student_t":
            deviation = p[0] / np.sqrt(p[1]) * rng.standard_t(p[1] - 1, size)
            values = np.exp(np.clip(deviation, -np.log(p[2]), np.log(p[2])))
        case "mixture":
            weights = np.asarray(p[1], dtype=float)
            cases = rng.standard_gamma(p[2] * weights / weights.sum(), (size, len(weights)))
            values = (cases * np.asarray(p[0], dtype=float)).sum(axis=1) / cases.sum(axis=1)
        case _:
            raise ValueError(f"a prior of the kind {prior.kind!r} cannot be drawn")
    return values
