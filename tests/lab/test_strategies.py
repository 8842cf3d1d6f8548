"""What defines the scores and strategies, on data where hard and easy are known."""

import math

import numpy as np
import pytest

from lab import scores
from lab.campaign import subset_name
from lab.lab_config import lab_settings
from lab.strategies import STRATEGIES, Task, keep_hardest

CHANGED = {"scoring_epochs": 2, "warm_up_epochs": 2, "round_fraction": 0.25}
SETTINGS = lab_settings({"energy": {"measure": CHANGED}})["measure"]
LABELS = np.tile(np.arange(4), 50)
HARD = np.arange(200) % 5 == 0


class KnownLearner:
    """Is sure of easy samples and not of hard ones, and records what it was asked."""

    def __init__(self, seed=0, self_supervised=False):
        self.self_supervised = self_supervised
        self.seen = set()

    def train_epoch(self, indices):
        self.seen.update(indices.tolist())

    def probabilities(self, indices):
        self.seen.update(indices.tolist())
        sure = np.where(HARD[indices], 0.4, 0.94)[:, None]
        return np.where(np.eye(4)[LABELS[indices]] == 1, sure, (1 - sure) / 3)

    def gradient_norms(self, indices):
        return np.where(HARD[indices], 5.0, 1.0)

    def embeddings(self, indices):
        centres = np.eye(4)[LABELS[indices]] * 10
        return centres + HARD[indices][:, None] * np.array([0, 0, 0, 3.0])


def chosen(name, epochs, seed=0, **changes):
    """Return the sets of some epochs, the learner, and those that the strategy trained."""
    learner, learners = KnownLearner(), []

    def new_learner(seed, self_supervised):
        learners.append(KnownLearner(seed, self_supervised))
        return learners[-1]

    choose = STRATEGIES[name](SETTINGS | changes, Task(LABELS, 4, seed, new_learner))
    return [choose(epoch, learner) for epoch in range(epochs)], learner, learners


def test_scores_by_hand():
    probabilities = np.array([[[0.8, 0.2], [0.4, 0.6]], [[0.6, 0.4], [0.4, 0.6]]])
    found = scores.el2n(probabilities, np.array([0, 0]))
    assert found == pytest.approx([(0.2 + 0.4) / 2 * math.sqrt(2), 0.6 * math.sqrt(2)])
    correct = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [1, 0, 0, 1], [0, 1, 0, 1]], dtype=bool)
    assert scores.forgetting_events(correct).tolist() == [2, 1, 4, 0]
    points = np.array([[0.0], [0.0], [0.0], [10.0], [10.0], [11.5]])
    assert scores.prototype_distances(points, 2, seed=0) == pytest.approx([0, 0, 0, 0.5, 0.5, 1.0])


def test_uncertainties_by_hand():
    probabilities = np.array([[0.7, 0.2, 0.1], [0.5, 0.5, 0.0]])
    assert scores.margin(probabilities) == pytest.approx([0.5, 1.0])
    assert scores.least_confidence(probabilities) == pytest.approx([0.3, 0.5])
    entropy = -(0.7 * math.log(0.7) + 0.2 * math.log(0.2) + 0.1 * math.log(0.1))
    assert scores.entropy(probabilities) == pytest.approx([entropy, math.log(2)])


@pytest.mark.parametrize(
    ("class_balance", "kept"), [(0.0, [0, 100]), (0.5, [25, 75]), (1.0, [50, 50])]
)
def test_class_balance_keeps_a_floor_in_every_class(class_balance, kept):
    labels = np.repeat([0, 1], 100)
    task = Task(labels, 2, 0, KnownLearner)
    found = keep_hardest(labels.astype(float), task, 0.5, class_balance)
    assert np.bincount(labels[found], minlength=2).tolist() == kept


@pytest.mark.parametrize(
    ("name", "fewest", "most"),
    # The hard samples of class 3 move along their own axis, the others away from their centre.
    [("el2n", 40, 40), ("grand", 40, 40), ("prototypes", 30, 40), ("prototypes_easy", 0, 0)],
)
def test_a_score_keeps_the_hard_or_the_easy(name, fewest, most):
    (kept,), _, learners = chosen(name, 1, keep_fraction=0.3, class_balance=0.0)
    assert len(kept) == 60 and fewest <= HARD[kept].sum() <= most
    assert learners[0].self_supervised is name.startswith("prototypes")


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_repeats_under_a_seed_and_stays_in_the_training_data(name):
    first, learner, learners = chosen(name, 8, seed=3)
    again, other = chosen(name, 8, seed=3)[0], chosen(name, 8, seed=4)[0]
    for seen in (learner.seen, *(one.seen for one in learners)):
        assert seen <= set(range(len(LABELS)))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert all(len(set(indices)) == len(indices) for indices in first)
    assert (len(first[0]) == len(LABELS)) is (name == "full")
    if name in ("random", "rs2"):
        assert any((a != b).any() for a, b in zip(first, other, strict=True))


def test_rs2_runs_through_all_samples_before_one_comes_again():
    drawn = np.concatenate(chosen("rs2", 10, keep_fraction=0.3)[0])
    assert np.bincount(drawn, minlength=200).tolist() == [3] * 200


def test_active_learning_asks_for_the_uncertain_and_grows_to_its_limit():
    sets = chosen("active_margin", 8)[0]
    assert [len(indices) for indices in sets] == [50, 50, 100, 100, 150, 150, 150, 150]
    added = np.setdiff1d(sets[2], sets[1])
    assert HARD[added].sum() == np.setdiff1d(np.flatnonzero(HARD), sets[1]).size


def test_dpet_warms_up_with_rs2_and_then_asks_for_the_uncertain():
    sets = chosen("dpet_entropy", 6)[0]
    assert [len(indices) for indices in sets] == [60, 60, 50, 50, 100, 100]
    assert not set(sets[0]) & set(sets[1])
    assert HARD[sets[2]].sum() == 40


def test_only_fixed_fractions_have_an_energy_per_epoch():
    sizes = {"full": [200, 200], "el2n": [150, 150], "dpet_margin": [60, 100]}
    names = [subset_name(name, samples, 200) for name, samples in sizes.items()]
    assert names == ["full", "el2n_pruned_25", None]
