"""Strategies that train on the same subset in each epoch, chosen once by score."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from datafootprint.energy import FULL
from lab.selection import scores
from lab.selection.registry import Learner, Task, register, subset_size
from lab.selection.scores import Floats, Ints

Settings = Mapping[str, Any]
Score = Callable[[Settings, Task], Floats]


@dataclass
class FixedSubset:
    """Train on the same subset in each epoch: by score, or a random one without."""

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


def keep_by_score(
    values: Floats,
    labels: Ints,
    fraction: float,
    rng: np.random.Generator,
    keep: str = "hard",
    class_balance: float = 0.5,
) -> Ints:
    """Return the sorted indices of the hardest or the easiest samples.

    Each class is sure of the part `class_balance` (0 to 1) of its share of the subset, filled with
    its own hardest (easiest) samples; the rest goes by score alone. Without a floor, pruning by
    score empties easy classes (Sorscher et al., 2022, Section 7, found balancing essential). `rng`
    decides between equal scores.
    """
    hardness = values if keep == "hard" else -values
    order = np.lexsort((rng.random(len(values)), -hardness))
    kept = np.zeros(len(values), dtype=bool)
    for label in np.unique(labels):
        own = order[labels[order] == label]
        kept[own[: int(class_balance * fraction * len(own))]] = True
    rest = order[~kept[order]]
    kept[rest[: subset_size(len(values), fraction) - kept.sum()]] = True
    return np.flatnonzero(kept)


def keeps(name: str, keep: str = "hard") -> Callable[[Score], Score]:
    """Register a score as a strategy that keeps the hardest or the easiest samples."""

    def add(score: Score) -> Score:
        def make(settings: Settings) -> FixedSubset:
            fraction, balance = settings["keep_fraction"], settings["class_balance"]
            return FixedSubset(partial(score, settings), fraction, keep, balance)

        register(name)(make)
        return score

    return add


@register(FULL)
def full(settings: Settings) -> FixedSubset:
    """Train on everything."""
    return FixedSubset(None, 1.0)


@register("random")
def random(settings: Settings) -> FixedSubset:
    """Keep random samples."""
    return FixedSubset(None, settings["keep_fraction"], "hard", settings["class_balance"])


@keeps("el2n")
def el2n(settings: Settings, task: Task) -> Floats:
    """Score by the error early in training, mean over networks (Paul et al., 2021)."""
    found = [network.probabilities(task.everything) for network in _networks(settings, task)]
    return scores.el2n(np.stack(found), task.labels)


@keeps("grand")
def grand(settings: Settings, task: Task) -> Floats:
    """Score by the norm of the gradient early in training, mean over networks (ibid.)."""
    found = [network.gradient_norms(task.everything) for network in _networks(settings, task)]
    mean: Floats = np.stack(found).mean(axis=0)
    return mean


@keeps("forgetting")
def forgetting(settings: Settings, task: Task) -> Floats:
    """Score by forgetting events, counted after each of some epochs on all samples."""
    learner = task.new_learner(task.seed + 1000, False)
    correct = []
    for _ in range(settings["scoring_epochs"]):
        learner.train_epoch(task.everything)
        correct.append(learner.probabilities(task.everything).argmax(axis=-1) == task.labels)
    return scores.forgetting_events(np.stack(correct))


@keeps("prototypes_easy", keep="easy")
@keeps("prototypes")
def prototypes(settings: Settings, task: Task) -> Floats:
    """Score by the distance to prototypes, of a model that learnt rotations, without labels."""
    learner = _trained(settings, task, task.seed + 1000, self_supervised=True)
    features = learner.embeddings(task.everything)
    return scores.prototype_distances(features, task.classes, task.seed)


def _networks(settings: Settings, task: Task) -> Iterator[Learner]:
    for number in range(settings["scoring_networks"]):
        yield _trained(settings, task, task.seed + 1000 * (number + 1))


def _trained(settings: Settings, task: Task, seed: int, self_supervised: bool = False) -> Learner:
    learner = task.new_learner(seed, self_supervised)
    for _ in range(settings["scoring_epochs"]):
        learner.train_epoch(task.everything)
    return learner
