"""Strategies whose samples change from epoch to epoch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from lab.selection.registry import Learner, Task, register, subset_size
from lab.selection.scores import UNCERTAINTIES, Floats, Ints

Settings = Mapping[str, Any]
Uncertainty = Callable[[Floats], Floats]


@dataclass
class RepeatedRandom:
    """RS2 without replacement: a new random subset each epoch (Okanovic et al., 2024).

    The subsets of successive epochs run through a permutation of all samples before one comes
    again.
    """

    fraction: float
    scores_data = False

    def prepare(self, task: Task) -> None:
        self._rng = task.rng()
        self._samples = len(task.labels)
        self._queue: Ints = np.empty(0, dtype=int)

    def epoch_indices(self, epoch: int, learner: Learner) -> Ints:
        size = subset_size(self._samples, self.fraction)
        if len(self._queue) < size:
            fresh = self._rng.permutation(self._samples)
            queued = np.isin(fresh, self._queue)
            self._queue = np.concatenate([self._queue, fresh[~queued], fresh[queued]])
        chosen, self._queue = self._queue[:size], self._queue[size:]
        return chosen


@dataclass
class ActiveLearning:
    """Grow the training set in rounds by the samples the model is least certain of.

    The fractions are parts of all samples: random ones in the first round (0 after a warm-up),
    added in each further round, and at most.
    """

    uncertainty: Uncertainty
    start_fraction: float
    round_fraction: float
    round_epochs: int
    limit_fraction: float
    scores_data = False

    def prepare(self, task: Task) -> None:
        self._rng = task.rng()
        self._samples = len(task.labels)
        first = round(self.start_fraction * self._samples)
        self._chosen: Ints = self._rng.permutation(self._samples)[:first]

    def epoch_indices(self, epoch: int, learner: Learner) -> Ints:
        begins = epoch % self.round_epochs == 0 and (epoch > 0 or len(self._chosen) == 0)
        room = subset_size(self._samples, self.limit_fraction) - len(self._chosen)
        if begins and room > 0:
            others = np.setdiff1d(np.arange(self._samples), self._chosen)
            uncertain = self.uncertainty(learner.probabilities(others))
            order = np.lexsort((self._rng.random(len(others)), -uncertain))
            added = min(room, subset_size(self._samples, self.round_fraction))
            self._chosen = np.concatenate([self._chosen, others[order[:added]]])
        return self._chosen


@dataclass
class Dpet:
    """DPET: RS2 as a warm-up, then active fine-tuning rounds (Scala et al., 2025).

    Its first set of fine-tuning samples is chosen by the warmed-up model. Pre-trained models and
    replay, which the authors had not implemented either, are left out.
    """

    warm_up: RepeatedRandom
    warm_up_epochs: int
    fine_tune: ActiveLearning
    scores_data = False

    def prepare(self, task: Task) -> None:
        self.warm_up.prepare(task)
        self.fine_tune.prepare(task)

    def epoch_indices(self, epoch: int, learner: Learner) -> Ints:
        if epoch < self.warm_up_epochs:
            return self.warm_up.epoch_indices(epoch, learner)
        return self.fine_tune.epoch_indices(epoch - self.warm_up_epochs, learner)


@register("rs2")
def rs2(settings: Settings) -> RepeatedRandom:
    """Draw a new random subset each epoch."""
    return RepeatedRandom(settings["keep_fraction"])


def active(measure: Uncertainty, settings: Settings) -> ActiveLearning:
    """Add uncertain samples in each round."""
    rounds = settings["round_fraction"], settings["round_epochs"]
    return ActiveLearning(measure, settings["round_fraction"], *rounds, settings["keep_fraction"])


def dpet(measure: Uncertainty, settings: Settings) -> Dpet:
    """Warm up, then add uncertain samples in each round."""
    fine_tune = replace(active(measure, settings), start_fraction=0.0)
    warm_up = RepeatedRandom(settings["warm_up_fraction"])
    return Dpet(warm_up, settings["warm_up_epochs"], fine_tune)


for name, uncertainty in UNCERTAINTIES.items():
    register(f"active_{name}")(partial(active, uncertainty))
    register(f"dpet_{name}")(partial(dpet, uncertainty))
