"""Scores that tell hard samples from easy ones: the higher, the harder.

Arrays have the shapes (networks or epochs, samples, classes) that each function names.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]


def el2n(probabilities: Floats, labels: Ints) -> Floats:
    """Return the L2 norm of the error vector, averaged over networks (Paul et al., 2021).

    Parameters
    ----------
    probabilities : array of shape (networks, samples, classes)
        Predicted early in training.
    labels : array of shape (samples,)
        Class numbers.

    Returns
    -------
    array of shape (samples,)
        Between 0 and sqrt(2).
    """
    errors = probabilities - np.eye(probabilities.shape[-1])[labels]
    norms: Floats = np.linalg.norm(errors, axis=-1).mean(axis=0)
    return norms


def forgetting_events(correct: Bools) -> Floats:
    """Count how often a sample that was classified correctly no longer is (Toneva et al., 2019).

    Parameters
    ----------
    correct : array of shape (epochs, samples)
        Whether the sample was classified correctly after each epoch.

    Returns
    -------
    array of shape (samples,)
        Counts; a sample never learnt scores the number of epochs, above every count.
    """
    forgotten = (correct[:-1] & ~correct[1:]).sum(axis=0).astype(float)
    forgotten[~correct.any(axis=0)] = correct.shape[0]
    result: Floats = forgotten
    return result


def prototype_distances(embeddings: Floats, clusters: int, seed: int) -> Floats:
    """Return the distance to the nearest k-means centroid (Sorscher et al., 2022).

    Parameters
    ----------
    embeddings : array of shape (samples, features)
        Of a model trained without labels.
    clusters : int
        Number of centroids.
    seed : int
        Of the k-means++ start.

    Returns
    -------
    array of shape (samples,)
        Euclidean distances.
    """
    from scipy.cluster.vq import kmeans2, vq

    data = np.asarray(embeddings, dtype=float)
    rng = np.random.default_rng(seed)
    centroids, _ = kmeans2(data, clusters, minit="++", rng=rng, missing="warn")
    distances: Floats = vq(data, centroids)[1]
    return distances


def least_confidence(probabilities: Floats) -> Floats:
    """Return one minus the largest probability; `probabilities` has shape (samples, classes)."""
    result: Floats = 1 - probabilities.max(axis=-1)
    return result


def margin(probabilities: Floats) -> Floats:
    """Return one minus the lead of the first class over the second; shape (samples, classes)."""
    ordered = np.sort(probabilities, axis=-1)
    result: Floats = 1 - (ordered[..., -1] - ordered[..., -2])
    return result


def entropy(probabilities: Floats) -> Floats:
    """Return the entropy in nats; `probabilities` has shape (samples, classes)."""
    logarithms = np.log(np.where(probabilities > 0, probabilities, 1.0))
    result: Floats = -(probabilities * logarithms).sum(axis=-1)
    return result


UNCERTAINTIES = {
    "margin": margin,
    "entropy": entropy,
    "least_confidence": least_confidence,
}
