"""The nowcast: what titles and abstracts say about years whose papers nobody has read.

The papers of each year are sorted into exclusive strata by the words of their titles and abstracts,
which are known soon. How many papers of a stratum mention the dataset and how many trained on it is
counted in years that were read. Together they give a proxy of each yearly share, and the model
`strata` continues the observed shares along it (post-stratification; the share in a stratum is
taken to change by one common trend only).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.projection.shares import SHARES
from datafootprint.usage.correction import wilson

#: Strata of papers whose abstract names the dataset, or that are about language models.
NAMING = ("ImageNet", "ImageNet, pretrained")
LANGUAGE_MODELS = ("image and language", "language")


@dataclass(frozen=True)
class Proxy:
    """The proxy of a yearly share on the logit scale, and how the counts in strata move it."""

    logit: pd.Series  # by year
    gradients: pd.DataFrame  # by year, with respect to the shares in each stratum
    covariance: np.ndarray  # of these shares

    def variance(self, years: pd.Index, fitted: pd.Index) -> Any:
        """Return the variance of the proxy of `years` over its mean in the `fitted` years."""
        moved = self.gradients.loc[years] - self.gradients.loc[fitted].mean()
        return np.einsum("ij,jk,ik->i", moved, self.covariance, moved)


def proxies(strata: pd.DataFrame, read: pd.DataFrame) -> dict[str, Proxy]:
    """Compute the proxy of each yearly share from `AbstractStrata` and `StratumCounts`.

    The papers of a stratum that trained, mention the dataset or do neither have a Dirichlet
    posterior after Jeffreys' prior; its covariance is taken to the proxy to first order.
    """
    papers = strata.pivot(index="year", columns="stratum", values="papers")
    counts = read.set_index("stratum").loc[papers.columns]
    total = counts["read"] + 2.5
    trained = ((counts["trained"] + 0.5) / (counts["read"] + 1.5)).to_numpy()
    mentioning = ((counts["mentioning"] + 1.0) / (counts["read"] + 1.5)).to_numpy()
    of_trained = np.diag(trained * (1 - trained) / total)
    of_mentioning = np.diag(mentioning * (1 - mentioning) / total)
    common = np.diag(trained * (1 - mentioning) / total)
    covariance = np.block([[of_trained, common], [common, of_mentioning]])
    weights = papers.div(papers.sum(axis=1), axis=0).to_numpy()
    none = np.zeros(weights.shape)
    slopes = {
        "trained": np.hstack([weights, none]),
        "mentioning": np.hstack([none, weights]),
        "accepted": np.hstack([none, none]),
    }
    sums = {"trained": weights @ trained, "mentioning": weights @ mentioning, "accepted": 1.0}
    found = {}
    for share, (part, whole) in SHARES.items():
        rest, of_rest = sums[whole] - sums[part], slopes[whole] - slopes[part]
        gradients = slopes[part] / sums[part][:, None] - of_rest / rest[:, None]
        logit = pd.Series(np.log(sums[part] / rest), papers.index)
        found[share] = Proxy(logit, pd.DataFrame(gradients, papers.index), covariance)
    return found


def abstract_mentions(strata: pd.DataFrame) -> pd.DataFrame:
    """Count the titles and abstracts that name the dataset, by year: `AbstractMentions`."""
    by_stratum = strata.pivot(index=["year", "basis"], columns="stratum", values="papers")
    listed, naming = by_stratum.sum(axis=1), by_stratum.filter(items=NAMING).sum(axis=1)
    language = by_stratum.filter(items=LANGUAGE_MODELS).sum(axis=1)
    table = pd.DataFrame({"listed": listed, "naming": naming, "share": naming / listed})
    table[["low", "high"]] = [wilson(*row) for row in zip(naming, listed, strict=True)]
    return table.assign(language_models=language / listed).reset_index()
