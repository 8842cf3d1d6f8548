"""Digits whose colour gives their class away for a majority of the samples (Section 4.3)."""

import numpy as np

from datafootprint.energy.selection.scores import Floats, Ints

#: Red, green and blue of the colour that goes with each digit.
PALETTE = np.array(
    [
        [1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
        [0.0, 0.0, 1.0],
        [1.0, 1.0, 0.0],
        [1.0, 0.0, 1.0],
        [0.0, 1.0, 1.0],
        [1.0, 0.5, 0.0],
        [0.5, 0.0, 1.0],
        [0.0, 1.0, 0.5],
        [1.0, 1.0, 1.0],
    ]
)


def colour_numbers(labels: Ints, majority_share: float, rng: np.random.Generator) -> Ints:
    """Give each sample its digit's own colour, or for a minority one of the nine others.

    Parameters
    ----------
    labels : array of shape (samples,)
        Digits.
    majority_share : float
        Part of the samples of each digit that has the digit's own colour (aligned); the others
        (conflicted) are coloured at random.
    rng : numpy.random.Generator
        Decides which samples and colours.

    Returns
    -------
    array of shape (samples,)
        Rows of `PALETTE`.
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
