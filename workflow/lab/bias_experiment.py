"""A bias that subsets keep or remove: coloured digits (Section 4.3).

The colour of a digit gives its class away for a majority of the samples. Three ways to choose a
budget of them: `random` keeps the bias; `reweighted` draws the same samples and weighs each loss by
the inverse share of its group, so that majority and minority count alike; `balanced` takes as many
samples of the minority as of the majority, repeating (augmenting) the minority where it is too
small.
"""

import logging
import math
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.tables import records_of
from lab.images import from_arrays, split_digits
from lab.networks import TINY, choose_device
from lab.scores import Bools, Floats, Ints

#: Halves of red, green and blue of the colour that goes with each digit.
_HALVES = "200 020 002 220 202 022 210 102 021 222"
PALETTE = np.array([[int(half) / 2 for half in colour] for colour in _HALVES.split()])
SAMPLINGS = ("random", "reweighted", "balanced")
#: Largest displacement in pixels of the augmented (repeated) samples.
SHIFT = 1

log = logging.getLogger(f"datafootprint.{__name__}")


def measure_bias(settings: Mapping[str, Any], threads: int) -> pd.DataFrame:
    """Train on each combination of the section `bias`, and test on both kinds of samples."""
    device = choose_device(TINY)
    digits = split_digits()
    import torch

    torch.set_num_threads(threads)
    cases = pd.DataFrame(
        product(
            *(settings["majority_shares"], range(settings["repeats"]), settings["budgets"]),
            SAMPLINGS,
        ),
        columns=["majority_share", "repeat", "budget", "sampling"],
    )
    accuracies = []
    for case in records_of(cases):
        accuracies.append(_train_and_test(digits, case, device, settings))
        log.info("%s is done.", case)
    return cases.join(pd.DataFrame(accuracies))


def _train_and_test(
    digits: tuple[Floats, Ints, Ints, Ints],
    case: Mapping[str, Any],
    device: str,
    settings: Mapping[str, Any],
) -> dict[str, float]:
    """Return the accuracies of one row of the table."""
    from lab.learner import TorchLearner

    images, labels, train, test = digits
    seed = settings["seed"] + case["repeat"]
    rng = np.random.default_rng(seed)
    colours = colour_numbers(labels[train], case["majority_share"], rng)
    aligned = colours == labels[train]
    chosen, weights = draw(case["sampling"], aligned, min(case["budget"], len(train)), rng)
    drawn = _shift_repeats(images[train][chosen], chosen, rng)
    data = from_arrays(paint(drawn, colours[chosen]), labels[train][chosen])
    learner = TorchLearner({**settings, "model": TINY}, data, seed, device)
    epochs = math.ceil(settings["steps"] / math.ceil(len(chosen) / settings["batch_size"]))
    for _ in range(epochs):
        learner.train_epoch(np.arange(len(chosen)), weights)
    accuracies = {}
    for name, share in (("aligned", 1.0), ("conflicted", 0.0)):
        shown = colour_numbers(labels[test], share, np.random.default_rng(seed + 1))
        tested = from_arrays(paint(images[test], shown), labels[test])
        accuracies[f"{name}_accuracy"] = learner.accuracy(tested.test)
    return accuracies


def _shift_repeats(images: Floats, chosen: Ints, rng: np.random.Generator) -> Floats:
    """Displace the second and later copies of a sample by up to a pixel."""
    augmented = images.copy()
    for position in np.flatnonzero(pd.Series(chosen).duplicated()):
        shift = rng.integers(-SHIFT, SHIFT + 1, 2)
        augmented[position] = np.roll(images[position], shift, axis=(0, 1))
    return augmented


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
