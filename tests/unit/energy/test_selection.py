"""What defines the scores and strategies, on data where hard and easy are known."""

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from datafootprint.energy.selection import scores
from datafootprint.energy.selection.registry import NAMES, make_strategy, subset_name
from datafootprint.energy.selection.strategies import RepeatedRandom, Task
from datafootprint.energy.selection.subsets import keep_by_score
from datafootprint.errors import DatafootprintError

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


def task(seed=0):
    learners = []

    def new_learner(seed, self_supervised):
        learners.append(KnownLearner(seed, self_supervised))
        return learners[-1]

    made = Task(LABELS, 4, seed, new_learner)
    return made, learners


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


def test_class_balance_keeps_a_floor_in_every_class():
    labels = np.repeat([0, 1], 100)
    values = labels.astype(float)
    unbalanced = keep_by_score(values, labels, 0.5, np.random.default_rng(0), class_balance=0.0)
    assert np.bincount(labels[unbalanced], minlength=2).tolist() == [0, 100]
    half = keep_by_score(values, labels, 0.5, np.random.default_rng(0), class_balance=0.5)
    assert np.bincount(labels[half]).tolist() == [25, 75]
    full = keep_by_score(values, labels, 0.5, np.random.default_rng(0), class_balance=1.0)
    assert np.bincount(labels[full]).tolist() == [50, 50]


@pytest.mark.parametrize("name", ["el2n", "grand", "prototypes"])
def test_hard_samples_are_kept(name):
    strategy = make_strategy(name, {**SETTINGS, "keep_fraction": 0.3, "class_balance": 0.0})
    made, _ = task()
    strategy.prepare(made)
    kept = strategy.epoch_indices(0, KnownLearner())
    assert len(kept) == 60
    if name == "prototypes":
        # The hard samples of class 3 move along their own axis, the others away from their centre.
        assert HARD[kept].sum() >= 30
    else:
        assert HARD[kept].sum() == HARD.sum() == 40


def test_easy_first_keeps_the_prototypical():
    strategy = make_strategy("prototypes_easy", {**SETTINGS, "class_balance": 0.0})
    made, learners = task()
    strategy.prepare(made)
    kept = strategy.epoch_indices(0, KnownLearner())
    assert HARD[kept].sum() == 0
    assert learners[0].self_supervised


@pytest.mark.parametrize("name", NAMES)
def test_every_strategy_repeats_under_a_seed_and_stays_in_the_training_data(name):
    def epochs(seed):
        strategy = make_strategy(name, SETTINGS)
        made, learners = task(seed)
        strategy.prepare(made)
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
    if name != "full":
        assert len(first[0]) < len(LABELS)
    if name in ("random", "rs2"):
        assert any((a != b).any() for a, b in zip(first, epochs(4), strict=True))


def test_rs2_runs_through_all_samples_before_one_comes_again():
    strategy = RepeatedRandom(0.3)
    made, _ = task()
    strategy.prepare(made)
    drawn = np.concatenate([strategy.epoch_indices(epoch, KnownLearner()) for epoch in range(10)])
    assert np.bincount(drawn, minlength=200).tolist() == [3] * 200


def test_active_learning_asks_for_the_uncertain_and_grows_to_its_limit():
    strategy = make_strategy("active_margin", SETTINGS)
    made, _ = task()
    strategy.prepare(made)
    sizes, chosen = [], []
    for epoch in range(8):
        chosen.append(strategy.epoch_indices(epoch, KnownLearner()))
        sizes.append(len(chosen[-1]))
    assert sizes == [50, 50, 100, 100, 150, 150, 150, 150]
    added = np.setdiff1d(chosen[2], chosen[1])
    assert HARD[added].sum() == np.setdiff1d(np.flatnonzero(HARD), chosen[1]).size


def test_dpet_warms_up_with_rs2_and_then_asks_for_the_uncertain():
    strategy = make_strategy("dpet_entropy", SETTINGS)
    made, _ = task()
    strategy.prepare(made)
    chosen = [strategy.epoch_indices(epoch, KnownLearner()) for epoch in range(6)]
    assert [len(indices) for indices in chosen] == [60, 60, 50, 50, 100, 100]
    assert not set(chosen[0]) & set(chosen[1])
    assert HARD[chosen[2]].sum() == 40


def test_only_fixed_fractions_have_an_energy_per_epoch():
    assert subset_name("full", 0.75) == "full"
    assert subset_name("el2n", 0.75) == "el2n_pruned_25"
    assert subset_name("dpet_margin", 0.75) is None


def test_an_unknown_strategy_is_refused():
    with pytest.raises(DatafootprintError, match="no selection strategy"):
        make_strategy("magic", SETTINGS)
