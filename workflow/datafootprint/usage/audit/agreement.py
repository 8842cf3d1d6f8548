"""How far the classifier and a person agree on the audited papers, and on all of them."""

from typing import Any

import numpy as np
import pandas as pd

from datafootprint.usage.correction import unread_bounds, wilson


def agreement(audited: pd.DataFrame, sizes: pd.Series) -> pd.DataFrame:
    """Measure how far classifier and person agree: the table `audit_agreement`.

    Each audited paper represents the papers of its stratum, which `sizes` counts. The 95% bounds of
    the accuracy are Wilson's for the sample and those of `unread_bounds` for all papers; those of
    kappa follow from them, with the agreement by chance taken as known (as in Cohen's approximate
    standard error, see `cohen_kappa`).
    """
    equal = audited["label"] == audited["human_label"]
    strata = equal.groupby(audited["stratum"]).agg(["size", "sum"]).join(sizes.rename("papers"))
    drawn, hits, papers = (strata[column] for column in ("size", "sum", "papers"))
    unread = unread_bounds(zip(drawn, hits, papers - drawn, strict=True))
    accuracies = {
        "sample": (equal.mean(), *wilson(equal.sum(), len(equal))),
        "all papers": tuple(
            value / papers.sum()
            for value in ((hits / drawn * papers).sum(), *(equal.sum() + np.array(unread)))
        ),
    }
    weights: dict[str, Any] = {"sample": 1.0, "all papers": audited["stratum"].map(papers / drawn)}
    rows = []
    for of, accuracy in accuracies.items():
        chance = chance_agreement(audited.assign(weight=weights[of]))
        kappas = tuple(cohen_kappa(observed, chance) for observed in accuracy)
        for measure, (value, low, high) in (("accuracy", accuracy), ("kappa", kappas)):
            rows.append((measure, of, value, min(low, value), max(high, value), len(audited)))
    return pd.DataFrame(rows, columns=["measure", "of", "value", "low", "high", "papers"])


def cohen_kappa(observed: float, chance: float) -> float:
    """Return Cohen's kappa, (observed - chance agreement) / (1 - chance agreement).

    Cohen, Educational and Psychological Measurement 20 (1960), 37-46. Where both use one and the
    same label throughout, chance leaves nothing to agree on: kappa is 1, and -1 below full
    agreement.
    """
    if chance >= 1:
        return 1.0 if observed >= 1 else -1.0
    # Sums of shares differ in their last digits, which would make a kappa of 0 another number.
    return max(-1.0, round((observed - chance) / (1 - chance), 12))


def chance_agreement(audited: pd.DataFrame) -> float:
    """Return how often two raters agree by chance: label, human_label, weight; 0 to 1."""
    shares = (
        audited.groupby(column)["weight"].sum() / audited["weight"].sum()
        for column in ("label", "human_label")
    )
    first, second = shares
    return float(first.mul(second, fill_value=0).sum())
