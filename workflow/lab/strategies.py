"""The strategies of choosing data, by their names in `energy.measure.strategies`.

A strategy gets the section `energy.measure` and a `Task`. It does what is done once before the
training, and returns the function that gives the samples of an epoch (from 0) for the model as
trained so far. That is called within each metered epoch, so that the energy of choosing while
training is part of the energy of training. A strategy sees training data only.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from datafootprint.energy import FULL
from lab import scores
from lab.scores import UNCERTAINTIES, Floats, Ints

#: A `lab.learner.TorchLearner`, which needs torch and is not imported here.
Learner = Any
Settings = Mapping[str, Any]
Choose = Callable[[int, Learner], Ints]


@dataclass(frozen=True)
class Task:
    """What a strategy may know: the training samples, and how to make untrained learners."""

    labels: Ints  # classes of the training samples
    classes: int  # number of classes
    seed: int  # of everything the strategy draws
    new_learner: Callable[[int, bool], Learner]  # of a seed, and whether it learns without labels

    @property
    def everything(self) -> Ints:
        """Indices of all training samples."""
        return np.arange(len(self.labels))

    def rng(self) -> np.random.Generator:
        """Return a generator of the task's own seed."""
        return np.random.default_rng(self.seed)

    def size(self, fraction: float) -> int:
        """Return how many samples the fraction keeps, at least one."""
        return max(1, round(len(self.labels) * fraction))

    def trained(self, seed: int, epochs: int, self_supervised: bool = False) -> Learner:
        """Return a learner trained on everything."""
        learner = self.new_learner(self.seed + seed, self_supervised)
        for _ in range(epochs):
            learner.train_epoch(self.everything)
        return learner


def full(settings: Settings, task: Task) -> Choose:
    """Train on everything."""
    return lambda epoch, learner: task.everything


def by_score(score: Callable[[Settings, Task], Floats], settings: Settings, task: Task) -> Choose:
    """Keep the samples with the highest score, the same in each epoch."""
    values = score(settings, task)
    kept = keep_hardest(values, task, settings["keep_fraction"], settings["class_balance"])
    return lambda epoch, learner: kept


def random(settings: Settings, task: Task) -> Floats:
    """Score at random."""
    return task.rng().random(len(task.labels))


def keep_hardest(values: Floats, task: Task, fraction: float, class_balance: float) -> Ints:
    """Return the sorted indices of the samples with the highest values.

    Each class is sure of the part `class_balance` (0 to 1) of its share of the subset, filled with
    its own hardest samples; the rest goes by score alone. Without a floor, pruning by score empties
    easy classes (Sorscher et al., 2022, Section 7, found balancing essential).
    """
    order = np.lexsort((task.rng().random(len(values)), -values))
    kept = np.zeros(len(values), dtype=bool)
    for label in np.unique(task.labels):
        own = order[task.labels[order] == label]
        kept[own[: int(class_balance * fraction * len(own))]] = True
    rest = order[~kept[order]]
    kept[rest[: task.size(fraction) - kept.sum()]] = True
    return np.flatnonzero(kept)


def el2n(settings: Settings, task: Task) -> Floats:
    """Score by the error early in training, mean over networks (Paul et al., 2021)."""
    found = [network.probabilities(task.everything) for network in _networks(settings, task)]
    return scores.el2n(np.stack(found), task.labels)


def grand(settings: Settings, task: Task) -> Floats:
    """Score by the norm of the gradient early in training, mean over networks (ibid.)."""
    found = [network.gradient_norms(task.everything) for network in _networks(settings, task)]
    mean: Floats = np.stack(found).mean(axis=0)
    return mean


def _networks(settings: Settings, task: Task) -> Iterator[Learner]:
    for number in range(1, settings["scoring_networks"] + 1):
        yield task.trained(1000 * number, settings["scoring_epochs"])


def forgetting(settings: Settings, task: Task) -> Floats:
    """Score by forgetting events, counted after each of some epochs on all samples."""
    learner = task.trained(1000, epochs=0)
    correct = []
    for _ in range(settings["scoring_epochs"]):
        learner.train_epoch(task.everything)
        correct.append(learner.probabilities(task.everything).argmax(axis=-1) == task.labels)
    return scores.forgetting_events(np.stack(correct))


def prototypes(settings: Settings, task: Task) -> Floats:
    """Score by the distance to prototypes, of a model that learnt rotations, without labels."""
    learner = task.trained(1000, settings["scoring_epochs"], self_supervised=True)
    features = learner.embeddings(task.everything)
    return scores.prototype_distances(features, task.classes, task.seed)


def prototypes_easy(settings: Settings, task: Task) -> Floats:
    """Keep what is near to a prototype."""
    return -prototypes(settings, task)


def repeated_random(task: Task, fraction: float) -> Choose:
    """RS2 without replacement: a new random subset each epoch (Okanovic et al., 2024).

    The subsets of successive epochs run through a permutation of all samples before one comes
    again.
    """
    size = task.size(fraction)

    def subsets() -> Iterator[Ints]:
        rng, queue = task.rng(), np.empty(0, dtype=int)
        while True:
            if len(queue) < size:
                fresh = rng.permutation(len(task.labels))
                queued = np.isin(fresh, queue)
                queue = np.concatenate([queue, fresh[~queued], fresh[queued]])
            yield queue[:size]
            queue = queue[size:]

    drawn = subsets()
    return lambda epoch, learner: next(drawn)


def active_learning(
    uncertainty: Callable[[Floats], Floats],
    settings: Settings,
    task: Task,
    warmed_up: bool = False,
) -> Choose:
    """Grow the training set in rounds by the samples the model is least certain of.

    Its first samples are random ones, or chosen by a model that is warmed up.
    """
    rng = task.rng()
    first = 0 if warmed_up else round(settings["round_fraction"] * len(task.labels))
    chosen: Ints = rng.permutation(len(task.labels))[:first]

    def choose(epoch: int, learner: Learner) -> Ints:
        nonlocal chosen
        begins = epoch % settings["round_epochs"] == 0 and (epoch > 0 or len(chosen) == 0)
        room = task.size(settings["keep_fraction"]) - len(chosen)
        if begins and room > 0:
            others = np.setdiff1d(task.everything, chosen)
            uncertain = uncertainty(learner.probabilities(others))
            order = np.lexsort((rng.random(len(others)), -uncertain))
            added = min(room, task.size(settings["round_fraction"]))
            chosen = np.concatenate([chosen, others[order[:added]]])
        return chosen

    return choose


def dpet(uncertainty: Callable[[Floats], Floats], settings: Settings, task: Task) -> Choose:
    """DPET: RS2 as a warm-up, then active fine-tuning rounds (Scala et al., 2025).

    Pre-trained models and replay, which the authors had not implemented either, are left out.
    """
    warm_up = repeated_random(task, settings["warm_up_fraction"])
    fine_tune = active_learning(uncertainty, settings, task, warmed_up=True)
    warm_up_epochs = settings["warm_up_epochs"]

    def choose(epoch: int, learner: Learner) -> Ints:
        if epoch < warm_up_epochs:
            return warm_up(epoch, learner)
        return fine_tune(epoch - warm_up_epochs, learner)

    return choose


#: Those that train a model to score the samples: the energy of that is metered apart.
SCORES = {
    score.__name__: partial(by_score, score)
    for score in (el2n, grand, forgetting, prototypes, prototypes_easy)
}
STRATEGIES: dict[str, Callable[[Settings, Task], Choose]] = {
    FULL: full,
    "random": partial(by_score, random),
    **SCORES,
    "rs2": lambda settings, task: repeated_random(task, settings["keep_fraction"]),
    **{f"active_{name}": partial(active_learning, one) for name, one in UNCERTAINTIES.items()},
    **{f"dpet_{name}": partial(dpet, one) for name, one in UNCERTAINTIES.items()},
}
