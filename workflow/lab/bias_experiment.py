"""Aligned and conflicted accuracy for each majority share, data budget and sampling."""

import logging
import math
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.tables import records_of
from lab.coloured_digits import SAMPLINGS, colour_numbers, draw, paint
from lab.images import from_arrays, split_digits
from lab.networks import TINY, choose_device
from lab.scores import Floats, Ints

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
