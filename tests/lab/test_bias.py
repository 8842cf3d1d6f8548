"""Colours and samplings of the bias example."""

import numpy as np
import pytest

from lab.bias_experiment import colour_numbers, draw, group_weights, paint

LABELS = np.repeat(np.arange(10), 100)


@pytest.mark.parametrize("share", [0.0, 0.9, 0.99, 1.0])
def test_majority_share_of_each_digit(share):
    colours = colour_numbers(LABELS, share, np.random.default_rng(0))
    for digit in range(10):
        assert (colours[digit == LABELS] == digit).mean() == pytest.approx(share)
    assert set(colours) == set(range(10))


def test_paint_keeps_the_shape_of_the_digit():
    images = np.random.default_rng(0).random((2, 8, 8))
    painted = paint(images, np.array([0, 9]))
    assert painted.shape == (2, 3, 8, 8)
    assert np.allclose(painted[0, 0], images[0]) and not painted[0, 1:].any()
    assert np.allclose(painted[1].mean(axis=0), images[1])


def test_random_keeps_the_bias_and_reweighted_draws_the_same():
    aligned = np.arange(1000) >= 100
    indices, weights = draw("random", aligned, 500, np.random.default_rng(1))
    assert weights is None and len(set(indices)) == 500
    assert aligned[indices].mean() == pytest.approx(0.9, abs=0.05)
    again, weights = draw("reweighted", aligned, 500, np.random.default_rng(1))
    assert (again == indices).all()
    assert weights[aligned[again]].sum() == pytest.approx(weights[~aligned[again]].sum())
    assert weights.mean() == pytest.approx(1)


def test_balanced_removes_the_bias_and_repeats_a_small_minority():
    aligned = np.arange(1000) >= 10
    indices, weights = draw("balanced", aligned, 400, np.random.default_rng(1))
    assert weights is None and len(indices) == 400
    assert aligned[indices].sum() == 200
    minority = indices[~aligned[indices]]
    assert set(minority) == set(range(10)) and max(np.bincount(minority)) == 20
    assert len(set(indices[aligned[indices]])) == 200


def test_one_group_alone_is_left_as_it_is():
    everything = np.ones(50, dtype=bool)
    assert (group_weights(everything) == 1).all()
    indices, _ = draw("balanced", everything, 20, np.random.default_rng(0))
    assert len(set(indices)) == 20
