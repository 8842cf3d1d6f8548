"""Fit the coefficients of `data/usage_cues.csv` to labelled papers, and say how well they do.

    python benchmarks/fit_usage_cues.py papers.jsonl

Each line: text (as stored in the cache, or only the passages), label, counted (whether it trained
on the whole dataset), weight, and statement (true for single sentences, which are not evaluated).
The folds of a cross-validation give the macro-F1, the error rates and the reliability of the
confidence on papers that the coefficients have not seen.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow"))

from datafootprint.config import default_config  # noqa: E402
from datafootprint.papers.mentions import compile_patterns, find_mentions  # noqa: E402
from datafootprint.papers.text_parts import split_sentences  # noqa: E402
from datafootprint.usage.cues import TABLE, WHOLE, read_cues  # noqa: E402
from datafootprint.usage.labels import Label  # noqa: E402
from datafootprint.usage.names import Dataset  # noqa: E402
from datafootprint.usage.rules_classifier import LIKELY_WHOLE, Sentence, cue_values  # noqa: E402

Array = Any
LABELS = list(Label)
FOLDS = 10
#: Variance of a coefficient around what is expected of it: of the labels, of `whole`.
VARIANCES = (1.0, 3.0)
#: How far the labels are weighed to be equally frequent: 0 as they are, 1 equal.
BALANCE = 0.5
#: What one clear statement is expected to say; the fit starts from here, all else from 0.
EXPECTED = {
    ("we train on it", Label.TRAINED): 6,
    ("trained from scratch on it", Label.TRAINED): 2,
    ("we pre-train on it", Label.TRAINED): 6,
    ("training takes", Label.TRAINED): 4,
    ("trained with a recipe", Label.TRAINED): 1,
    ("our network's result", Label.TRAINED): 8,
    ("trained by others", Label.FINE_TUNED): 3,
    ("pretrained on it", Label.FINE_TUNED): 2,
    ("initialised from it", Label.FINE_TUNED): 2,
    ("images drawn from it", Label.EVALUATED): 1,
    ("zero-shot on it", Label.EVALUATED): 2,
    ("linear probe", Label.EVALUATED): 1,
}
#: Cues that say whether it was the whole dataset.
ABOUT_THE_WHOLE = (
    *("(any paper)", "a variant is named", "small images, ever", "some classes", "all classes"),
    *("few shots", "generative model", "hardware"),
)


def inputs(papers: list[Any], dataset: Dataset, patterns: list[Any]) -> Array:
    rows = []
    for paper in papers:
        found = find_mentions(paper["text"], patterns).passages
        texts = [passage.text for passage in found if not passage.in_references]
        sentences = [Sentence(s, dataset) for text in texts for s in split_sentences(text)]
        rows.append([*cue_values(sentences).values()])
    return np.array(rows)


def softmax(scores: Array) -> Array:
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def fit(x: Array, truth: Array, weights: Array, variance: float, expected: Array) -> Array:
    """Return the coefficients of a penalised multinomial logistic regression; the first is free."""
    penalty = np.full((x.shape[1], 1), 1 / variance)
    penalty[0] /= 100

    def loss(flat: Array) -> Any:
        b = flat.reshape(expected.shape)
        chance = softmax(x @ b)
        fault = -(weights * np.log(np.maximum((chance * truth).sum(1), 1e-12))).sum()
        slope = x.T @ ((chance - truth) * weights[:, None]) + penalty * (b - expected)
        return fault + 0.5 * (penalty * (b - expected) ** 2).sum(), slope.ravel()

    found = minimize(loss, expected.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    return found.x.reshape(expected.shape)


def fit_both(x: Array, label: Array, counted: Array, weights: Array) -> tuple[Array, Array]:
    cues = read_cues()[0]
    expected = np.zeros((len(cues), len(LABELS)))
    for (name, of), value in EXPECTED.items():
        expected[[cue.name for cue in cues].index(name), LABELS.index(of)] = value
    sizes = np.bincount(label, weights, len(LABELS))
    balanced = weights * (sizes.sum() / len(LABELS) / sizes)[label] ** BALANCE
    of_labels = fit(x, np.eye(len(LABELS))[label], balanced, VARIANCES[0], expected)
    about = [i for i, cue in enumerate(cues) if cue.name in ABOUT_THE_WHOLE]
    trained = label == 0
    truth = np.eye(2)[counted[trained].astype(int)]
    zero = np.zeros((len(about), 2))
    part = fit(x[trained][:, about], truth, weights[trained], VARIANCES[1], zero)
    whole = np.zeros(len(cues))
    whole[about] = part[:, 1] - part[:, 0]
    return of_labels, whole


def judged(x: Array, coefficients: tuple[Array, Array]) -> tuple[Array, Array, Array]:
    chances, whole = softmax(x @ coefficients[0]), 1 / (1 + np.exp(-(x @ coefficients[1])))
    said = chances.argmax(1)
    sure = chances.max(1) * np.where(said == 0, np.maximum(whole, 1 - whole), 1)
    return said, (said == 0) & (whole >= LIKELY_WHOLE), sure


def main() -> None:
    config = default_config(ROOT)
    dataset = Dataset.from_config(config["dataset"], config["usage"]["count_variants"])
    patterns = compile_patterns(config["dataset"]["patterns"])
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").split("\n")
    papers = [json.loads(line) for line in lines if line]
    x = inputs(papers, dataset, patterns)
    label = np.array([LABELS.index(paper["label"]) for paper in papers])
    counted = np.array([paper["counted"] for paper in papers])
    weights = np.array([paper["weight"] for paper in papers])
    tested = ~np.array([paper["statement"] for paper in papers])
    folds = np.empty(len(papers), int)
    for each in range(len(LABELS)):
        members = np.random.default_rng(0).permutation(np.flatnonzero(label == each))
        folds[members] = np.arange(len(members)) % FOLDS
    said, counts, sure = np.zeros((3, len(papers)))
    for fold in range(FOLDS):
        out = folds == fold
        known = fit_both(x[~out], label[~out], counted[~out], weights[~out])
        said[out], counts[out], sure[out] = judged(x[out], known)
    for group in sorted({paper["set"] for paper in papers}):
        these = np.array([paper["set"] == group for paper in papers])
        report(group, these, label, said, counted, counts.astype(bool))
    right = (said == label) & ((said > 0) | (counts == counted))
    bins = pd.cut(sure[tested], [0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    table = pd.DataFrame({"stated": sure[tested], "right": right[tested]})
    print(table.groupby(bins, observed=True).agg(["mean", "size"]).round(2).to_string())
    of_labels, whole = fit_both(x, label, counted, weights)
    names = [cue.name for cue in read_cues()[0]]
    write(dict(zip(names, np.c_[of_labels, whole], strict=True)))
    fitted = judged(x, (of_labels, whole))[0]
    for index in np.flatnonzero((fitted != label) & ~tested):
        print("statement missed:", papers[index]["label"], LABELS[fitted[index]])
        print("   ", papers[index]["text"][:150])


def report(
    group: str, these: Array, label: Array, said: Array, counted: Array, counts: Array
) -> None:
    scores = [
        2
        * (these & (label == each) & (said == each)).sum()
        / max(1, (these & (label == each)).sum() + (these & (said == each)).sum())
        for each in range(len(LABELS))
    ]
    print(
        f"{group}: {these.sum()} papers, macro-F1 {np.mean(scores):.3f}, counted: sensitivity "
        f"{(counts & counted & these).sum()}/{(counted & these).sum()}, specificity "
        f"{(~counts & ~counted & these).sum()}/{(~counted & these).sum()}"
    )


def write(coefficients: dict[str, Array]) -> None:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    written = set()
    for row in rows:
        if row["group"] == "use":
            new = [f"{value:.2f}" for value in coefficients[row["cue"]]]
            first = row["cue"] not in written
            written.add(row["cue"])
            for column, value in zip([*LABELS, WHOLE], new, strict=True):
                row[column] = value if first and float(value) else ""
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
