"""What defines the scores and strategies, on data where hard and easy are known."""

import math
import subprocess
import sys
from dataclasses import dataclass, field

import numpy as np
import pytest
from tests.conftest import ROOT

from lab.campaign import subset_name
from lab.selection import scores
from lab.selection.changing_subsets import RepeatedRandom
from lab.selection.fixed_subsets import keep_by_score
from lab.selection.registry import (
    Task,
    make_strategy,
    strategy_names,
)

SETTINGS = {
    "keep_fraction": 0.75,
    "class_balance": 0.5,
    "scoring_networks": 2,
    "scoring_epochs": 2,
    "warm_up_fraction": 0.3,
    "warm_up_epochs": 2,
    "round_fraction": 0.25,
    "round_epochs": 2,
}
LABELS = np.tile(np.arange(4), 50)
HARD = np.arange(200) % 5 == 0


@dataclass
class KnownLearner:
    """Is sure of easy samples and not of hard ones, and records what it was asked."""

    seed: int = 0
    self_supervised: bool = False
    trained_on: list = field(default_factory=list)
    seen: set = field(default_factory=set)

    def train_epoch(self, indices, weights=None):
        self.trained_on.append(np.array(indices))
        self.seen.update(np.asarray(indices).tolist())

    def probabilities(self, indices):
        self.seen.update(np.asarray(indices).tolist())
        sure = np.where(HARD[indices], 0.4, 0.94)[:, None]
        others = (1 - sure) / 3
        return np.where(np.eye(4)[LABELS[indices]] == 1, sure, others)

    def gradient_norms(self, indices):
        return np.where(HARD[indices], 5.0, 1.0)

    def embeddings(self, indices):
        centres = np.eye(4)[LABELS[indices]] * 10
        return centres + HARD[indices][:, None] * np.array([0, 0, 0, 3.0])


def prepared(name, seed=0, **changes):
    """Return a strategy that has been prepared, and the learners that it trained."""
    learners = []

    def new_learner(seed, self_supervised):
        learners.append(KnownLearner(seed, self_supervised))
        return learners[-1]

    strategy = make_strategy(name, {**SETTINGS, **changes})
    strategy.prepare(Task(LABELS, 4, seed, new_learner))
    return strategy, learners


def chosen_in(strategy, epochs):
    return [strategy.epoch_indices(epoch, KnownLearner()) for epoch in range(epochs)]


def test_el2n_by_hand():
    probabilities = np.array([[[0.8, 0.2], [0.4, 0.6]], [[0.6, 0.4], [0.4, 0.6]]])
    found = scores.el2n(probabilities, np.array([0, 0]))
    assert found == pytest.approx([(0.2 + 0.4) / 2 * math.sqrt(2), 0.6 * math.sqrt(2)])


def test_forgetting_by_hand():
    correct = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [1, 0, 0, 1], [0, 1, 0, 1]], dtype=bool)
    assert scores.forgetting_events(correct).tolist() == [2, 1, 4, 0]


def test_uncertainties_by_hand():
    probabilities = np.array([[0.7, 0.2, 0.1], [0.5, 0.5, 0.0]])
    assert scores.margin(probabilities) == pytest.approx([0.5, 1.0])
    assert scores.least_confidence(probabilities) == pytest.approx([0.3, 0.5])
    entropy = -(0.7 * math.log(0.7) + 0.2 * math.log(0.2) + 0.1 * math.log(0.1))
    assert scores.entropy(probabilities) == pytest.approx([entropy, math.log(2)])


def test_prototypes_are_the_centres_of_clusters():
    points = np.array([[0.0], [0.0], [0.0], [10.0], [10.0], [11.5]])
    distances = scores.prototype_distances(points, 2, seed=0)
    assert distances == pytest.approx([0, 0, 0, 0.5, 0.5, 1.0])


@pytest.mark.parametrize(
    ("class_balance", "kept"), [(0.0, [0, 100]), (0.5, [25, 75]), (1.0, [50, 50])]
)
def test_class_balance_keeps_a_floor_in_every_class(class_balance, kept):
    labels = np.repeat([0, 1], 100)
    rng = np.random.default_rng(0)
    found = keep_by_score(labels.astype(float), labels, 0.5, rng, "hard", class_balance)
    assert np.bincount(labels[found], minlength=2).tolist() == kept


@pytest.mark.parametrize(
    ("name", "fewest", "most"),
    # The hard samples of class 3 move along their own axis, the others away from their centre.
    [("el2n", 40, 40), ("grand", 40, 40), ("prototypes", 30, 40), ("prototypes_easy", 0, 0)],
)
def test_a_score_keeps_the_hard_or_the_easy(name, fewest, most):
    strategy, learners = prepared(name, keep_fraction=0.3, class_balance=0.0)
    (kept,) = chosen_in(strategy, 1)
    assert len(kept) == 60 and fewest <= HARD[kept].sum() <= most
    assert learners[0].self_supervised is name.startswith("prototypes")


@pytest.mark.parametrize("name", strategy_names())
def test_every_strategy_repeats_under_a_seed_and_stays_in_the_training_data(name):
    def epochs(seed):
        strategy, learners = prepared(name, seed)
        learner = KnownLearner()
        chosen = []
        for epoch in range(8):
            indices = strategy.epoch_indices(epoch, learner)
            learner.train_epoch(indices)
            chosen.append(np.sort(indices))
        for seen in [learner.seen, *(one.seen for one in learners)]:
            assert seen <= set(range(len(LABELS)))
        return chosen

    first, again = epochs(3), epochs(3)
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert all(len(set(indices)) == len(indices) for indices in first)
    assert (len(first[0]) == len(LABELS)) is (name == "full")
    if name in ("random", "rs2"):
        assert any((a != b).any() for a, b in zip(first, epochs(4), strict=True))


def test_rs2_runs_through_all_samples_before_one_comes_again():
    strategy = RepeatedRandom(0.3)
    strategy.prepare(Task(LABELS, 4, 0, KnownLearner))
    drawn = np.concatenate(chosen_in(strategy, 10))
    assert np.bincount(drawn, minlength=200).tolist() == [3] * 200


def test_active_learning_asks_for_the_uncertain_and_grows_to_its_limit():
    chosen = chosen_in(prepared("active_margin")[0], 8)
    assert [len(indices) for indices in chosen] == [50, 50, 100, 100, 150, 150, 150, 150]
    added = np.setdiff1d(chosen[2], chosen[1])
    assert HARD[added].sum() == np.setdiff1d(np.flatnonzero(HARD), chosen[1]).size


def test_dpet_warms_up_with_rs2_and_then_asks_for_the_uncertain():
    chosen = chosen_in(prepared("dpet_entropy")[0], 6)
    assert [len(indices) for indices in chosen] == [60, 60, 50, 50, 100, 100]
    assert not set(chosen[0]) & set(chosen[1])
    assert HARD[chosen[2]].sum() == 40


def test_only_fixed_fractions_have_an_energy_per_epoch():
    sizes = {"full": [200, 200], "el2n": [150, 150], "dpet_margin": [60, 100]}
    names = [subset_name(name, samples, 200) for name, samples in sizes.items()]
    assert names == ["full", "el2n_pruned_25", None]


def test_the_names_need_no_torch():
    registry = "lab.selection.registry"
    code = f"import {registry} as r, sys; r.strategy_names(); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT / "workflow")
