"""Aligned and conflicted accuracy for each majority share, data budget and sampling."""

import logging
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from datafootprint.bias.colours import colour_numbers, paint
from datafootprint.bias.sampling import SAMPLINGS, draw
from datafootprint.energy.measurement.data import ImageData, from_arrays, split_digits
from datafootprint.energy.measurement.networks import TINY, choose_device
from datafootprint.energy.selection.scores import Floats, Ints
from datafootprint.legacy_tables import Row

#: Largest displacement in pixels of the augmented (repeated) samples.
SHIFT = 1

log = logging.getLogger(__name__)


def measure_bias(settings: Mapping[str, Any], threads: int) -> list[Row]:
    """Train on each combination and test on aligned and on conflicted samples.

    Parameters
    ----------
    settings : mapping
        The section `bias` of the configuration.
    threads : int
        Processor threads that torch may use.

    Returns
    -------
    list of dict
        Rows of the table `bias`.

    Raises
    ------
    DatafootprintError
        If torch or scikit-learn is missing.
    """
    device = choose_device(TINY)
    digits = split_digits()
    import torch

    torch.set_num_threads(threads)
    rows = []
    for share in settings["majority_shares"]:
        for repeat in range(settings["repeats"]):
            seed = settings["seed"] + repeat
            for budget in settings["budgets"]:
                for sampling in SAMPLINGS:
                    accuracies = _train_and_test(
                        digits,
                        share,
                        budget,
                        sampling,
                        seed,
                        device,
                        settings,
                    )
                    rows.append(
                        {
                            "majority_share": share,
                            "budget": budget,
                            "sampling": sampling,
                            "repeat": repeat,
                            **accuracies,
                        }
                    )
        log.info("majority share %g is done.", share)
    return rows


def _train_and_test(
    digits: tuple[Floats, Ints, Ints, Ints],
    share: float,
    budget: int,
    sampling: str,
    seed: int,
    device: str,
    settings: Mapping[str, Any],
) -> dict[str, float]:
    from datafootprint.energy.measurement.learner import TorchLearner

    images, labels, train, test = digits
    rng = np.random.default_rng(seed)
    colours = colour_numbers(labels[train], share, rng)
    aligned = colours == labels[train]
    chosen, weights = draw(sampling, aligned, min(budget, len(train)), rng)
    drawn = _shift_repeats(images[train][chosen], chosen, rng)
    learner = TorchLearner(
        TINY,
        _data(paint(drawn, colours[chosen]), labels[train][chosen]),
        seed,
        device,
        settings["batch_size"],
        settings["learning_rate"],
    )
    epochs = math.ceil(settings["steps"] / math.ceil(len(chosen) / settings["batch_size"]))
    for _ in range(epochs):
        learner.train_epoch(np.arange(len(chosen)), weights)
    accuracies = {}
    for name, group_share in (("aligned", 1.0), ("conflicted", 0.0)):
        shown = colour_numbers(labels[test], group_share, np.random.default_rng(seed + 1))
        tested = _data(paint(images[test], shown), labels[test])
        accuracies[f"{name}_accuracy"] = learner.accuracy(tested.test)
    return accuracies


def _data(images: Floats, labels: Ints) -> ImageData:
    everything = np.arange(len(labels))
    data = from_arrays(images, labels, everything, everything)
    return ImageData(data.train, data.train_plain, data.test, labels, 10, data.channels)


def _shift_repeats(images: Floats, chosen: Ints, rng: np.random.Generator) -> Floats:
    """Displace the second and later copies of a sample by up to a pixel."""
    augmented = images.copy()
    seen = set()
    for position, index in enumerate(chosen.tolist()):
        if index in seen:
            down, right = rng.integers(-SHIFT, SHIFT + 1, 2)
            augmented[position] = np.roll(images[position], (down, right), axis=(0, 1))
        seen.add(index)
    return augmented
