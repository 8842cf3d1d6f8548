"""Scores that tell hard samples from easy ones: the higher, the harder."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]


def el2n(probabilities: Floats, labels: Ints) -> Floats:
    """Return the L2 norm of the error vector, averaged over networks (Paul et al., 2021).

    Of probabilities predicted early in training, of shape (networks, samples, classes).
    """
    errors = probabilities - np.eye(probabilities.shape[-1])[labels]
    norms: Floats = np.linalg.norm(errors, axis=-1).mean(axis=0)
    return norms


def forgetting_events(correct: Bools) -> Floats:
    """Count how often a sample that was classified correctly no longer is (Toneva et al., 2019).

    `correct`, of shape (epochs, samples), says whether it was after each epoch. A sample never
    learnt scores the number of epochs, above every count.
    """
    forgotten: Floats = (correct[:-1] & ~correct[1:]).sum(axis=0).astype(float)
    forgotten[~correct.any(axis=0)] = correct.shape[0]
    return forgotten


def prototype_distances(embeddings: Floats, clusters: int, seed: int) -> Floats:
    """Return the distance to the nearest k-means centroid (Sorscher et al., 2022).

    Of embeddings of a model trained without labels, of shape (samples, features). The seed is that
    of the k-means++ start.
    """
    from scipy.cluster.vq import kmeans2, vq

    data = np.asarray(embeddings, dtype=float)
    rng = np.random.default_rng(seed)
    centroids, _ = kmeans2(data, clusters, minit="++", rng=rng, missing="warn")
    distances: Floats = vq(data, centroids)[1]
    return distances


def least_confidence(probabilities: Floats) -> Floats:
    """Return one minus the largest probability, from shape (samples, classes)."""
    result: Floats = 1 - probabilities.max(axis=-1)
    return result


def margin(probabilities: Floats) -> Floats:
    """Return one minus the lead of the first class over the second."""
    ordered = np.sort(probabilities, axis=-1)
    result: Floats = 1 - (ordered[..., -1] - ordered[..., -2])
    return result


def entropy(probabilities: Floats) -> Floats:
    """Return the entropy in nats."""
    logarithms = np.log(np.where(probabilities > 0, probabilities, 1.0))
    result: Floats = -(probabilities * logarithms).sum(axis=-1)
    return result


UNCERTAINTIES = {"margin": margin, "entropy": entropy, "least_confidence": least_confidence}
