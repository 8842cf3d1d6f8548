"""Three ways to choose a budget of samples from biased data.

`random` keeps the bias; `reweighted` draws the same samples and weighs each loss by the inverse
share of its group, so that majority and minority count alike; `balanced` takes as many samples of
the minority as of the majority, repeating (augmenting) the minority where it is too small.
"""

import numpy as np

from datafootprint.energy.selection.scores import Bools, Floats, Ints

SAMPLINGS = ("random", "reweighted", "balanced")


def draw(
    sampling: str, aligned: Bools, budget: int, rng: np.random.Generator
) -> tuple[Ints, Floats | None]:
    """Choose samples to train on.

    Parameters
    ----------
    sampling : str
        One of `SAMPLINGS`.
    aligned : array of shape (samples,)
        Whether a training sample belongs to the majority.
    budget : int
        Number of samples; at most all.
    rng : numpy.random.Generator

    Returns
    -------
    (array of int, array of float or None)
        Indices, of which the balanced minority may repeat some, and weights with mean 1, None for
        equal ones.
    """
    if sampling == "balanced":
        return _balanced(aligned, budget, rng), None
    indices = rng.permutation(len(aligned))[:budget]
    return indices, group_weights(aligned[indices]) if sampling == "reweighted" else None


def group_weights(aligned: Bools) -> Floats:
    """Weigh each sample by the inverse share of its group; each group then has equal weight."""
    weights = np.ones(len(aligned))
    for group in (aligned, ~aligned):
        if group.any() and not group.all():
            weights[group] = len(aligned) / (2 * group.sum())
    return weights


def _balanced(aligned: Bools, budget: int, rng: np.random.Generator) -> Ints:
    majority, minority = np.flatnonzero(aligned), np.flatnonzero(~aligned)
    if len(minority) == 0:
        return rng.permutation(majority)[:budget]
    half = budget // 2
    return np.concatenate([_repeated(majority, budget - half, rng), _repeated(minority, half, rng)])


def _repeated(indices: Ints, size: int, rng: np.random.Generator) -> Ints:
    """Draw without replacement, beginning again where there are too few."""
    rounds = -(-size // len(indices))
    return np.concatenate([rng.permutation(indices) for _ in range(rounds)])[:size]
