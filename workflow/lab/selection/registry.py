"""The strategies of choosing data, each registered under its name in the config.

A strategy registers itself in a module of this package, which is found without a list. A strategy
sees training data only, through a `Task`. `prepare` does what is done once before the training and
is metered apart; `epoch_indices` is called within each metered epoch, so that the energy of
choosing while training is part of the energy of training. No module here needs torch.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from lab import selection
from lab.selection.scores import Ints

#: A `lab.learner.TorchLearner`, which needs torch and is not imported here.
Learner = Any


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


class Strategy(Protocol):
    """Chooses the samples of each epoch."""

    @property
    def scores_data(self) -> bool:
        """Whether `prepare` trains or evaluates a model, so that its energy is worth metering."""

    def prepare(self, task: Task) -> None:
        """Do what is needed once before the training."""

    def epoch_indices(self, epoch: int, learner: Learner) -> Ints:
        """Return the samples of `epoch` (from 0), given the model as trained so far."""


Make = Callable[[Mapping[str, Any]], Strategy]
_made: dict[str, Make] = {}


def register(name: str) -> Callable[[Make], Make]:
    """Register under `name` a function that makes a strategy from the section `energy.measure`."""

    def add(make: Make) -> Make:
        _made[name] = make
        return make

    return add


def strategy_names() -> list[str]:
    """Return the names of all strategies."""
    for module in pkgutil.iter_modules(selection.__path__, f"{selection.__name__}."):
        importlib.import_module(module.name)
    return sorted(_made)


def make_strategy(name: str, settings: Mapping[str, Any]) -> Strategy:
    """Make one of `strategy_names` from the section `energy.measure`."""
    strategy_names()
    return _made[name](settings)


def subset_size(samples: int, fraction: float) -> int:
    """Return how many of `samples` the fraction keeps, at least one."""
    return max(1, round(samples * fraction))
