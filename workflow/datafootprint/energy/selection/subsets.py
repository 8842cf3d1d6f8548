"""From scores to a subset, with as much class balance as wanted."""

import numpy as np

from datafootprint.energy.selection.scores import Floats, Ints


def subset_size(samples: int, fraction: float) -> int:
    """Return how many of `samples` the fraction keeps, at least one."""
    return max(1, round(samples * fraction))


def keep_by_score(
    scores: Floats,
    labels: Ints,
    fraction: float,
    rng: np.random.Generator,
    keep: str = "hard",
    class_balance: float = 0.5,
) -> Ints:
    """Keep the hardest or the easiest samples.

    Each class is sure of the part `class_balance` of its share of the subset, filled with its own
    hardest (easiest) samples; the rest goes by score alone. Without a floor, pruning by score
    empties easy classes (Sorscher et al., 2022, Section 7, found balancing essential).

    Parameters
    ----------
    scores : array of shape (samples,)
        The higher, the harder.
    labels : array of shape (samples,)
        Class numbers.
    fraction : float
        Part of the samples to keep.
    rng : numpy.random.Generator
        Decides between equal scores.
    keep : str
        `hard` or `easy`.
    class_balance : float
        0 for none, 1 for every class pruned alike.

    Returns
    -------
    array of int
        Sorted indices of the samples kept.
    """
    hardness = scores if keep == "hard" else -scores
    order = np.lexsort((rng.random(len(scores)), -hardness))
    kept = np.zeros(len(scores), dtype=bool)
    for label in np.unique(labels):
        own = order[labels[order] == label]
        kept[own[: int(class_balance * fraction * len(own))]] = True
    rest = order[~kept[order]]
    kept[rest[: subset_size(len(scores), fraction) - kept.sum()]] = True
    return np.flatnonzero(kept)
