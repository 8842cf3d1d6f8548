"""The strategies: which samples to train on in each epoch.

A strategy sees training data only, through a `Task`. `prepare` does what is done once before the
training and is metered apart; `epoch_indices` is called within each metered epoch, so that the
energy of choosing while training is part of the energy of training.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from datafootprint.energy.selection.scores import Floats, Ints
from datafootprint.energy.selection.subsets import keep_by_score, subset_size


class Learner(Protocol):
    """A model and the training data, by index."""

    def train_epoch(self, indices: Ints, weights: Floats | None = None) -> None:
        """Pass once over the samples, in random order."""

    def probabilities(self, indices: Ints) -> Floats:
        """Predict class probabilities of training samples, shape (samples, classes)."""

    def gradient_norms(self, indices: Ints) -> Floats:
        """Return the norm of the gradient of each sample's loss, shape (samples,)."""

    def embeddings(self, indices: Ints) -> Floats:
        """Return what enters the last layer, shape (samples, features)."""


@dataclass(frozen=True)
class Task:
    """What a strategy may know.

    Attributes
    ----------
    labels : array of shape (samples,)
        Classes of the training samples.
    classes : int
        Number of classes.
    seed : int
        Of everything the strategy draws.
    new_learner : callable
        Makes an untrained learner from a seed and whether it learns without labels.
    """

    labels: Ints
    classes: int
    seed: int
    new_learner: Callable[[int, bool], Learner]

    @property
    def everything(self) -> Ints:
        """Indices of all training samples."""
        return np.arange(len(self.labels))

    def rng(self) -> np.random.Generator:
        """Return a generator of the task's own seed."""
        return np.random.default_rng(self.seed)


class Strategy(Protocol):
    """Chooses the samples of each epoch."""

    @property
    def scores_data(self) -> bool:
        """Whether `prepare` trains or evaluates a model, so that its energy is worth metering."""

    def prepare(self, task: Task) -> None:
        """Do what is needed once before the training."""

    def epoch_indices(self, epoch: int, learner: Learner) -> Ints:
        """Return the samples of `epoch` (from 0), given the model as trained so far."""


@dataclass
class Full:
    """Train on everything."""

    scores_data = False

    def prepare(self, task: Task) -> None:
        self._indices = task.everything

    def epoch_indices(self, epoch: int, learner: Learner) -> Ints:
        return self._indices


@dataclass
class FixedSubset:
    """Train on the same subset in each epoch.

    Attributes
    ----------
    score : callable or None
        Scores all training samples of a task; None for a random subset.
    fraction : float
        Part of the samples to keep.
    keep : str
        `hard` or `easy`.
    class_balance : float
        As in `keep_by_score`.
    """

    score: Callable[[Task], Floats] | None
    fraction: float
    keep: str = "hard"
    class_balance: float = 0.5

    @property
    def scores_data(self) -> bool:
        """Whether a score is computed."""
        return self.score is not None

    def prepare(self, task: Task) -> None:
        values = task.rng().random(len(task.labels)) if self.score is None else self.score(task)
        self._indices = keep_by_score(
            values, task.labels, self.fraction, task.rng(), self.keep, self.class_balance
        )

    def epoch_indices(self, epoch: int, learner: Learner) -> Ints:
        return self._indices


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

    Attributes
    ----------
    uncertainty : callable
        Of `scores.UNCERTAINTIES`.
    start_fraction : float
        Random samples of the first round; 0 after a warm-up.
    round_fraction : float
        Part of all samples added each further round.
    round_epochs : int
        Epochs a round.
    limit_fraction : float
        The training set grows up to this part of all samples.
    """

    uncertainty: Callable[[Floats], Floats]
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
