"""Digits whose colour gives their class away for a majority of the samples (Section 4.3).

Three ways to choose a budget of them: `random` keeps the bias; `reweighted` draws the same samples
and weighs each loss by the inverse share of its group, so that majority and minority count alike;
`balanced` takes as many samples of the minority as of the majority, repeating (augmenting) the
minority where it is too small.
"""

import numpy as np

from lab.scores import Bools, Floats, Ints

#: Halves of red, green and blue of the colour that goes with each digit.
_HALVES = "200 020 002 220 202 022 210 102 021 222"
PALETTE = np.array([[int(half) / 2 for half in colour] for colour in _HALVES.split()])
SAMPLINGS = ("random", "reweighted", "balanced")


def colour_numbers(labels: Ints, majority_share: float, rng: np.random.Generator) -> Ints:
    """Give each sample a row of `PALETTE`: its digit's own one, or for a minority another.

    `majority_share` is the part of the samples of each digit in `labels` that has the digit's own
    colour (aligned); the others (conflicted) are coloured at random.
    """
    colours = labels.copy()
    for digit in np.unique(labels):
        own = rng.permutation(np.flatnonzero(labels == digit))
        conflicted = own[: round((1 - majority_share) * len(own))]
        shift = rng.integers(1, len(PALETTE), len(conflicted))
        colours[conflicted] = (digit + shift) % len(PALETTE)
    return colours


def paint(images: Floats, colours: Ints) -> Floats:
    """Colour grey images; shape (samples, height, width) becomes (samples, 3, height, width)."""
    painted: Floats = images[:, None] * PALETTE[colours][:, :, None, None]
    return painted


def draw(
    sampling: str, aligned: Bools, budget: int, rng: np.random.Generator
) -> tuple[Ints, Floats | None]:
    """Choose samples to train on, at most all, of which `aligned` says who is in the majority.

    Returns indices, of which the balanced minority may repeat some, and weights with mean 1, None
    for equal ones.
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
    """Draw without replacement, and begin again where there are too few."""
    rounds = -(-size // len(indices))
    return np.concatenate([rng.permutation(indices) for _ in range(rounds)])[:size]
