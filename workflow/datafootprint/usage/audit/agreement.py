"""How far the classifier and a person agree on the audited papers, and on all of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from datafootprint.legacy_tables import Row
from datafootprint.usage.correction import unread_bounds, wilson


def agreement(audited: Sequence[Row], sizes: Mapping[str, int]) -> list[Row]:
    """Measure how far classifier and person agree.

    Parameters
    ----------
    audited : sequence of dict
        Rows with `stratum`, `label`, `human_label`.
    sizes : mapping of str to int
        Labelled papers in each stratum.

    Returns
    -------
    list of dict
        Rows of the table `audit_agreement`: accuracy and Cohen's kappa, of the sample and of all
        papers (each audited paper standing for the papers of its stratum), with 95% bounds. Those
        of the accuracy are Wilson's for the sample and, for all papers, those of `unread_bounds`;
        those of kappa follow from them, the agreement by chance taken as known (as in Cohen's
        approximate standard error, see `cohen_kappa`).
    """
    pairs = [(row["label"], row["human_label"]) for row in audited]
    drawn = Counter(row["stratum"] for row in audited)
    equal = Counter(row["stratum"] for row in audited if row["label"] == row["human_label"])
    papers = sum(sizes[stratum] for stratum in drawn)
    agreeing = sum(equal.values())
    unread = unread_bounds((n, equal[s], sizes[s] - n) for s, n in drawn.items())
    every = (
        sum(equal[s] / n * sizes[s] for s, n in drawn.items()) / papers,
        *((agreeing + bound) / papers for bound in unread),
    )
    sample = (agreeing / len(pairs), *wilson(agreeing, len(pairs)))
    weights = [sizes[row["stratum"]] / drawn[row["stratum"]] for row in audited]
    rows = []
    for of, accuracy, weight in (
        ("sample", sample, [1.0] * len(pairs)),
        ("all papers", every, weights),
    ):
        chance = chance_agreement(pairs, weight)
        kappa = tuple(cohen_kappa(observed, chance) for observed in accuracy)
        for measure, (value, low, high) in (("accuracy", accuracy), ("kappa", kappa)):
            rows.append(
                {
                    "measure": measure,
                    "of": of,
                    "value": value,
                    "low": min(low, value),
                    "high": max(high, value),
                    "papers": len(pairs),
                }
            )
    return rows


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


def chance_agreement(pairs: Sequence[tuple[str, str]], weights: Sequence[float]) -> float:
    """Return how often two raters with these labels agree by chance, 0 to 1."""
    total = sum(weights)
    first: defaultdict[str, float] = defaultdict(float)
    second: defaultdict[str, float] = defaultdict(float)
    for (one, other), weight in zip(pairs, weights, strict=True):
        first[one] += weight / total
        second[other] += weight / total
    return sum(share * second[label] for label, share in first.items())
