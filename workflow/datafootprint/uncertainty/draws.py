"""Drawing from the priors: each source has a stream of random numbers of its own.

Fixing one prior leaves the draws of all others alone, and order and cores do not matter.
"""

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datafootprint.uncertainty.priors import Prior

Array = NDArray[np.float64]


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Return the generator of the stream called `names`."""
    return np.random.default_rng([seed, zlib.crc32("/".join(map(str, names)).encode())])


def draw(prior: Prior, size: int, rng: np.random.Generator) -> Any:
    """Draw `size` values of one of `priors.DISTRIBUTIONS`."""
    p, kind = prior.parameters, prior.kind
    match kind:
        case "fixed":
            return np.full(size, float(p[0]))
        case "beta" | "triangular" | "uniform":
            return getattr(rng, kind)(*p, size)
        case "student_t":
            deviation = p[0] / np.sqrt(p[1]) * rng.standard_t(p[1] - 1, size)
            return np.exp(np.clip(deviation, -np.log(p[2]), np.log(p[2])))
        case "mixture":
            weights = np.asarray(p[1], dtype=float)
            cases = rng.standard_gamma(p[2] * weights / weights.sum(), (size, len(weights)))
            return (cases * np.asarray(p[0], dtype=float)).sum(axis=1) / cases.sum(axis=1)
    # One of the log-normal distributions, by its median or its mean.
    sd = np.log(p[1])
    shift = -(sd**2) / 2 if kind == "lognormal_mean" else 0.0
    values = p[0] * np.exp(sd * rng.standard_normal(size) + shift)
    return values + 1.0 if kind == "one_plus_lognormal" else values
