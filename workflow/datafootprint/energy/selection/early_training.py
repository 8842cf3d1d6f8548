"""Scores of the training samples that take some epochs of training to find out."""

from collections.abc import Callable

import numpy as np

from datafootprint.energy.selection import scores
from datafootprint.energy.selection.scores import Bools, Floats
from datafootprint.energy.selection.strategies import Task


def early_scores(kind: str, networks: int, epochs: int) -> Callable[[Task], Floats]:
    """Make the score `el2n` or `grand`: the mean over networks trained for a few epochs."""

    def score(task: Task) -> Floats:
        probabilities, norms = [], []
        for network in range(networks):
            learner = task.new_learner(task.seed + 1000 * (network + 1), False)
            for _ in range(epochs):
                learner.train_epoch(task.everything)
            if kind == "el2n":
                probabilities.append(learner.probabilities(task.everything))
            else:
                norms.append(learner.gradient_norms(task.everything))
        if kind == "el2n":
            return scores.el2n(np.stack(probabilities), task.labels)
        mean: Floats = np.stack(norms).mean(axis=0)
        return mean

    return score


def forgetting_score(epochs: int) -> Callable[[Task], Floats]:
    """Make the score `forgetting`: events counted after each of some epochs on all samples."""

    def score(task: Task) -> Floats:
        learner = task.new_learner(task.seed + 1000, False)
        correct: list[Bools] = []
        for _ in range(epochs):
            learner.train_epoch(task.everything)
            predicted = learner.probabilities(task.everything).argmax(axis=-1)
            correct.append(predicted == task.labels)
        return scores.forgetting_events(np.stack(correct))

    return score


def prototype_score(epochs: int) -> Callable[[Task], Floats]:
    """Make the score `prototypes`, from a model that learnt to tell rotations, without labels."""

    def score(task: Task) -> Floats:
        learner = task.new_learner(task.seed + 1000, True)
        for _ in range(epochs):
            learner.train_epoch(task.everything)
        features = learner.embeddings(task.everything)
        return scores.prototype_distances(features, task.classes, task.seed)

    return score
